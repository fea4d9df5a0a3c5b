"""What a run is made of: a run = (config, results fingerprint, seed); and how it is computed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from dataclasses import asdict, dataclass
from typing import Any, Final

from protomodels import run_settings as settings
from protomodels.combiner import Combinability, combinability_for
from protomodels.database import RunRecord
from protomodels.errors import ConfigError
from protomodels.settings import OLDER_ORDER, Policy, policy
from protomodels.universes import Universe
from protomodels.walker import version
from protomodels.walker.exchange import Gathering
from protomodels.walker.summit import gatherings

EXCHANGE_EVERY: Final = 50

_OF_OLDER_TEXTS: Final[dict[str, Any]] = {
    "universe": None,
    "extensions": None,
    "reference_order": OLDER_ORDER,
    "strict": False,
    "guards": False,
}
"""Settings that texts of version 0.1.0 say nothing of, and what they were."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The settings that a run's chains depend on, apart from the results themselves.

    Attributes
    ----------
    results: what the user called them.
    seed: of the run; walker i takes the spawned child of that number.
    walkers, steps: number of walks and their length.
    policy: ``paper`` or ``default``.
    regions: ``best`` or ``combined``; see :class:`protomodels.settings.Policy`.
    combinable: path that the combinability table was read from, None for the default one.
    combinable_sha256: of the table's content, which the storage keeps; empty without a table.
    search: ``paper`` or ``refined``; None for that of the policy.
    exchange: after so many steps of all walkers, each time, the worst take over models of the best; 0 for never, None
        for what belongs to the search: never for ``paper``, every 50 steps for ``refined``.
    universe: whose data are walked on; None for the published ones.
    extensions: names of the user's own parts of the search, see :mod:`protomodels.runs.extensions`; None without any.
    reference_order: of the cross sections of the models; None for that of the policy.
    strict: refuse results that are known to share events, whatever the table says; None for what the policy does.
    guards: against artefacts, see :func:`protomodels.settings.policy`; None for what the policy does.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    results: str
    seed: int
    walkers: int = settings.WALKERS.default
    steps: int = settings.STEPS.default
    policy: str = settings.POLICY.default
    regions: str = settings.REGIONS.default
    combinable: str | None = settings.COMBINABLE.default
    combinable_sha256: str = ""
    search: str | None = settings.SEARCH.default
    exchange: int | None = settings.EXCHANGE.default
    universe: Universe | None = None
    extensions: dict[str, list[str]] | None = None
    reference_order: str | None = None
    strict: bool | None = settings.STRICT.default
    guards: bool | None = settings.GUARDS.default

    def __post_init__(self) -> None:
        if self.reference_order is None:
            # written down: what a policy means today need not be what it means when the run is resumed
            object.__setattr__(self, "reference_order", policy(self.policy).reference_order)
        if self.strict is None:
            object.__setattr__(self, "strict", policy(self.policy).strict)
        if self.guards is None:
            object.__setattr__(self, "guards", not policy(self.policy).edges_count)
        self.scoring()
        for setting in (settings.SEED, settings.WALKERS, settings.STEPS):
            setting.check(getattr(self, setting.name))
        if self.exchange is not None:
            settings.EXCHANGE.check(self.exchange)

    def scoring(self) -> Policy:
        """The policy that these settings amount to.

        Raises
        ------
        ConfigError: where there is none of this name.
        """
        return policy(self.policy, self.regions, self.search, self.reference_order, self.strict, self.guards)

    @property
    def exchange_every(self) -> int:
        """Steps between restarts of the worst walkers from the best; 0 for none."""
        if self.exchange is not None:
            return self.exchange
        return EXCHANGE_EVERY if self.scoring().search == "refined" else 0

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The steps after which all walkers exchange models, ascending; in the refined search some gather them."""
        every, gathers = self.exchange_every, self.gathers
        if every == 0:
            return ()
        found = {*gathers, *range(every, min(gathers, default=self.steps), every)}
        return tuple(sorted(step for step in found if step < self.steps))

    @property
    def gathers(self) -> dict[int, Gathering]:
        """Those of the exchanges at which all walkers go to the best models that are known."""
        return gatherings(self.steps) if self.scoring().search == "refined" else {}

    def next_stop(self, step: int) -> int:
        """The step up to which a walker may go from ``step`` alone: to the next exchange, or the end."""
        return next((later for later in self.exchanges if later > step), self.steps)

    def to_json(self) -> str:
        """The form that is stored verbatim."""
        values = asdict(self)
        for name, unsaid in _OF_OLDER_TEXTS.items():
            if values[name] == unsaid:
                del values[name]  # as before there were any: equal configs have equal texts
        return json.dumps(values, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> RunConfig:
        """The config that :meth:`to_json` wrote.

        Raises
        ------
        ConfigError: where the text is not one.
        """
        try:
            values = _OF_OLDER_TEXTS | json.loads(text)
            if values.get("universe") is not None:
                values["universe"] = Universe(**values["universe"])
            return cls(**values)
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigError("config", text, f"a stored run configuration ({error})") from error

    def combinability(self, table: str | None) -> Combinability:
        """The table of this run.

        Parameters
        ----------
        table: the content of the user's file, None where the run has none.

        Raises
        ------
        ConfigError: where that is not the content that the run began with, or no table.
        """
        if self.combinable is None:
            return combinability_for(self.results)
        if table is None or text_sha256(table) != self.combinable_sha256:
            raise ConfigError("combinable", self.combinable, "the table as it was when the run began")
        return Combinability.from_text(table, self.combinable)


@dataclass(frozen=True, slots=True)
class Execution:
    """How a run is computed; its chains do not depend on it.

    Attributes
    ----------
    executor: ``inline``, ``process`` or ``ray``.
    workers: how many at a time; all cores by default.
    address: of a Ray cluster; by default that of ``RAY_ADDRESS``, else Ray is started on this machine.
    chunk: steps of a chunk; by default as many as take two seconds.
    lease_seconds: silence after which the runner counts as dead.
    patience: seconds for which a storage that is away is waited for.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    executor: str = settings.EXECUTOR.default
    workers: int | None = settings.WORKERS.default
    address: str | None = settings.ADDRESS.default
    chunk: int | None = settings.CHUNK.default
    lease_seconds: float = settings.LEASE.default
    patience: float = settings.WAIT.default

    def __post_init__(self) -> None:
        for setting in settings.EXECUTION_SETTINGS:
            value = getattr(self, setting.name)
            if value is not None or setting.default is not None:
                setting.check(value)


def text_sha256(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of what the numbers depend on: packages, and under ``search`` the search."""
    packages = ("protomodels", "smodels", "numpy", "scipy", "numba", "networkx")
    found = {p: importlib.metadata.version(p) for p in packages}
    return {"python": platform.python_version(), **found, "search": str(version.SEARCH_VERSION)}


def stored_versions(record: RunRecord) -> dict[str, str]:
    """The versions that began a run; protomodels 0.1.0 wrote down no search."""
    return {"search": "1", **record.versions}


def check_search(record: RunRecord) -> None:
    """Refuse to walk on with another search than the one that began a run.

    Raises
    ------
    ConfigError: where that is so; it says what goes on with the run.
    """
    began = stored_versions(record)
    if began["search"] != str(version.SEARCH_VERSION):
        made_by = began.get("protomodels", "another version")
        raise ConfigError(
            "run",
            f"{record.id}, which search version {began['search']} began",
            f"a run of search version {version.SEARCH_VERSION}; protomodels {made_by} goes on with this one, "
            "or begin it anew with its settings",
        )

"""What the chains of a posterior depend on: config, results and seed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from protomodels import run_settings as settings
from protomodels.combiner import Combinability, combinability_for
from protomodels.errors import ConfigError
from protomodels.runs.config import text_sha256
from protomodels.settings import Policy, policy
from protomodels.universes import Universe
from protomodels.walker.posterior.config import PriorConfig


@dataclass(frozen=True)
class PosteriorConfig:
    """The settings of a posterior, apart from the results themselves.

    Attributes
    ----------
    results: what the user called them.
    seed: of the posterior; each chain has random numbers of its own.
    chains, sweeps: number of chains, and of sweeps of each after the warm-up.
    target: ``expected``: the likelihood of the legal combination with the largest expected sensitivity; ``best``: of
        the one that fits best, as a walk uses it, which is no likelihood of one data set.
    prior_only: the likelihood is switched off.
    critic: ``wall``: models that break a published limit have the likelihood 0; ``none``.
    prior: widths and weights of :class:`protomodels.walker.posterior.PriorConfig` by name; those that are left out are
        the default ones, and written down.
    rungs, warm_up, thin, moves: of the ladder, see :class:`protomodels.walker.posterior.Schedule`.
    policy, regions, combinable, combinable_sha256, strict, guards, universe, reference_order: as for a run.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    results: str
    seed: int
    chains: int = settings.CHAINS.default
    sweeps: int = settings.SWEEPS.default
    target: str = settings.TARGET.default
    prior_only: bool = settings.PRIOR_ONLY.default
    critic: str = settings.CRITIC.default
    prior: Mapping[str, Any] = field(default_factory=dict)
    rungs: int = settings.RUNGS.default
    warm_up: int = settings.WARM_UP.default
    thin: int = settings.THIN.default
    moves: int = settings.MOVES.default
    policy: str = settings.POLICY.default
    regions: str = settings.REGIONS.default
    combinable: str | None = settings.COMBINABLE.default
    combinable_sha256: str = ""
    strict: bool | None = settings.STRICT.default
    guards: bool | None = settings.GUARDS.default
    universe: Universe | None = None
    reference_order: str | None = None

    def __post_init__(self) -> None:
        own = policy(self.policy)
        # written down: what a policy means today need not be what it means when the posterior is resumed
        unsaid = {"reference_order": own.reference_order, "strict": own.strict, "guards": not own.edges_count}
        for name, value in unsaid.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        object.__setattr__(self, "prior", _whole_prior(self.prior))
        self.scoring()
        for setting in (settings.SEED, *settings.POSTERIOR_SETTINGS):
            setting.check(getattr(self, setting.name))

    @property
    def total(self) -> int:
        """Sweeps of a chain, those of the warm-up included."""
        return self.warm_up + self.sweeps

    def scoring(self) -> Policy:
        """The policy; ConfigError where there is none of this name."""
        return policy(self.policy, self.regions, None, self.reference_order, self.strict, self.guards)

    def combinability(self, table: str | None) -> Combinability:
        """The combinability table.

        Parameters
        ----------
        table: the content of the user's file, None where there is none.

        Raises
        ------
        ConfigError: where that is not the content that the posterior began with, or no table.
        """
        if self.combinable is None:
            return combinability_for(self.results)
        if table is None or text_sha256(table) != self.combinable_sha256:
            raise ConfigError("combinable", self.combinable, "the table as it was when the posterior began")
        return Combinability.from_text(table, self.combinable)

    def to_json(self) -> str:
        """The form that is stored verbatim."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PosteriorConfig:
        """The config that :meth:`to_json` wrote; ConfigError where the text is not one."""
        try:
            values = json.loads(text)
            if values.get("universe") is not None:
                values["universe"] = Universe(**values["universe"])
            return cls(**values)
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigError("config", text, f"a stored configuration of a posterior ({error})") from error


def _whole_prior(given: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a prior; ConfigError where one is unknown or out of range."""
    names = [known.name for known in fields(PriorConfig)]
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise ConfigError("prior", unknown[0], "one of " + ", ".join(names))
    return asdict(PriorConfig(**given))

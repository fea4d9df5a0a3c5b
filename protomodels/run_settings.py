"""The settings of a run, each said once: name, default, help, and what is allowed.

:class:`protomodels.runs.RunConfig` and :class:`~protomodels.runs.Execution` check them; the options of the command line
and the requests of the API are made from them.  Nothing that computes is imported here: help is answered at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, get_args

from protomodels.errors import ConfigError
from protomodels.settings import (
    LEASE_SECONDS,
    PATIENCE,
    REGION_CHOICES,
    SEARCH_CHOICES,
    PolicyName,
    RegionChoice,
    SearchChoice,
)

T = TypeVar("T", covariant=True)

ExecutorName = Literal["inline", "process", "ray"]
TargetName = Literal["expected", "best"]
CriticName = Literal["wall", "none"]


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One setting of a run.

    Attributes
    ----------
    name: in Python, in stored configs and in requests.
    default: what it is unless told otherwise; None where that is decided when the run begins, as the help says.
    help: for people, one line.
    choices: the allowed texts; empty where it is no choice.
    low, high: the allowed range, both included; None for no bound.
    whole: only whole numbers are allowed.
    option: what the command line calls it, where that is not ``--name``.
    letter: a short name of the option; empty for none.

    >>> Setting("steps", 1000, "steps of each walker", low=1, high=5).check(7)
    Traceback (most recent call last):
        ...
    protomodels.errors.ConfigError: steps: got 7; allowed: a whole number between 1 and 5
    """

    name: str
    default: T
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = True
    option: str = ""
    letter: str = ""

    def check(self, value: object) -> None:
        """Refuse what is not allowed.

        Raises
        ------
        ConfigError: naming the setting, the value, and what is allowed.
        """
        if self.choices:
            if value not in self.choices:
                raise ConfigError(self.name, value, "one of " + ", ".join(self.choices))
        elif self.low is not None:
            number = isinstance(value, int if self.whole else (int, float)) and not isinstance(value, bool)
            high = float("inf") if self.high is None else self.high
            if not number or not self.low <= value <= high:  # type: ignore[operator]
                raise ConfigError(self.name, value, self.allowed)

    @property
    def allowed(self) -> str:
        """The range in words."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} of at least {self.low}" if self.high is None else f"{kind} between {self.low} and {self.high}"


RESULTS: Final = Setting(
    "results",
    "demo",
    "demo (synthetic), a directory, an archive, or a name: of a release that was fetched, or used before",
    letter="-r",
)
WALKERS: Final = Setting("walkers", 50, "number of walkers", low=1, high=100_000, letter="-w")
STEPS: Final = Setting("steps", 200, "steps of each walker", low=1, high=10_000_000, letter="-n")
SEED: Final[Setting[int | None]] = Setting(
    "seed", None, "of all random numbers; default: a new one", low=0, high=2**63 - 1, letter="-s"
)
POLICY: Final[Setting[PolicyName]] = Setting(
    "policy", "default", "paper: as arXiv:2012.12246; default: ours", choices=get_args(PolicyName)
)
REGIONS: Final[Setting[RegionChoice]] = Setting(
    "regions", "best", "best: one region an analysis; combined: all, where published", choices=REGION_CHOICES
)
COMBINABLE: Final[Setting[str | None]] = Setting("combinable", None, "JSON table of combinable analyses")
STRICT: Final[Setting[bool | None]] = Setting(
    "strict",
    None,
    "refuse to combine results that are known to share events, whatever the table says; default: not for paper",
    option="--strict/--no-strict",
)
GUARDS: Final[Setting[bool | None]] = Setting(
    "guards",
    None,
    "against artefacts: multipliers far from 1, edges of maps, exact masses, charginos of LEP; default: not for paper",
    option="--guards/--no-guards",
)
SEARCH: Final[Setting[SearchChoice | None]] = Setting(
    "search", None, "paper: its moves; refined: ours; default: the policy's", choices=SEARCH_CHOICES
)
EXCHANGE: Final[Setting[int | None]] = Setting(
    "exchange",
    None,
    "steps after which walkers meet, and the worst start again; 0: never; default: 50 for refined, never for paper",
    low=0,
    high=10_000_000,
)

RUN_SETTINGS: Final[tuple[Setting[object], ...]] = (
    RESULTS,
    WALKERS,
    STEPS,
    SEED,
    POLICY,
    REGIONS,
    COMBINABLE,
    STRICT,
    GUARDS,
    SEARCH,
    EXCHANGE,
)
"""What the chains of a run depend on."""

CHAINS: Final = Setting("chains", 4, "independent chains of a posterior", low=1, high=1000)
SWEEPS: Final = Setting("sweeps", 4000, "sweeps of each chain, after those of the warm-up", low=1, high=10_000_000)
TARGET: Final[Setting[TargetName]] = Setting(
    "target",
    "expected",
    "likelihood of the legal combination of largest expected sensitivity, or of the best one",
    choices=get_args(TargetName),
)
CRITIC: Final[Setting[CriticName]] = Setting(
    "critic", "wall", "wall: a model that breaks a published limit has the likelihood 0", choices=get_args(CriticName)
)
PRIOR_ONLY: Final = Setting("prior_only", False, "sample the prior, without the data", option="--prior-only")
RUNGS: Final = Setting("rungs", 8, "temperatures of each chain, from the posterior to the prior", low=1, high=1000)
WARM_UP: Final = Setting(
    "warm_up",
    500,
    "sweeps in which temperatures are adapted; nothing of them is kept",
    low=0,
    high=10_000_000,
    option="--warm-up",
)
THIN: Final = Setting("thin", 1, "keep one sweep in so many", low=1, high=10_000_000)
MOVES: Final = Setting("moves", 10, "proposals at each temperature in a sweep", low=1, high=1_000_000)

POSTERIOR_SETTINGS: Final[tuple[Setting[object], ...]] = (CHAINS, SWEEPS, TARGET, CRITIC, RUNGS, WARM_UP, THIN, MOVES)
"""What the chains of a posterior depend on, beside the settings that runs have as well."""

EXECUTOR: Final[Setting[ExecutorName]] = Setting(
    "executor", "process", "inline: one process; process: all cores; ray: a cluster", choices=get_args(ExecutorName)
)
WORKERS: Final[Setting[int | None]] = Setting("workers", None, "default: all cores", low=1, high=100_000)
ADDRESS: Final[Setting[str | None]] = Setting(
    "address", None, "of a cluster; default: $RAY_ADDRESS, else Ray is started here", option="--ray-address"
)
CHUNK: Final[Setting[int | None]] = Setting(
    "chunk", None, "steps between commits; default: about two seconds of them", low=1, high=10_000_000
)
LEASE: Final = Setting(
    "lease_seconds",
    LEASE_SECONDS,
    "seconds without a sign of life after which a runner counts as dead",
    low=1.0,
    whole=False,
    option="--lease",
)
WAIT: Final = Setting("patience", PATIENCE, "seconds to wait for a storage that is away", low=0.0, whole=False)

EXECUTION_SETTINGS: Final[tuple[Setting[object], ...]] = (
    EXECUTOR,
    WORKERS,
    ADDRESS,
    CHUNK,
    LEASE,
    WAIT,
)
"""How a run is computed; its chains do not depend on these."""

"""The choices of a scoring and of a walk, as named policies."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from protomodels.errors import ConfigError

PolicyName = Literal["paper", "default"]
RegionChoice = Literal["best", "combined"]
REGION_CHOICES: Final[tuple[RegionChoice, ...]] = ("best", "combined")
SearchChoice = Literal["paper", "refined"]
SEARCH_CHOICES: Final[tuple[SearchChoice, ...]] = ("paper", "refined")
ReferenceOrder = Literal["NLO+NLL", "NNLO_approx+NNLL"]
"""Order of the reference cross sections: what kappa = 1 means."""
OLDER_ORDER: Final[ReferenceOrder] = "NLO+NLL"
"""The paper's, and the only one of protomodels 0.1.0."""
NEWER_ORDER: Final[ReferenceOrder] = "NNLO_approx+NNLL"
"""Today's: for coloured pairs at 13 and 13.6 TeV; others as near as published tables go (docs/cross_sections.md)."""
REFERENCE_ORDERS: Final[tuple[ReferenceOrder, ...]] = (OLDER_ORDER, NEWER_ORDER)

SIGMACUT: Final = 0.02
"""fb; weaker decay trees are not followed."""
MASS_GAP: Final = 10.0
"""GeV; closer daughters are compressed."""

Verdict = Literal["stands on an edge", "stands on one analysis", "stands on exact masses", "robust"]
VERDICTS: Final[tuple[Verdict, ...]] = (
    "stands on an edge",
    "stands on one analysis",
    "stands on exact masses",
    "robust",
)
"""Verdicts on hiscores; the first that applies. See :mod:`protomodels.scoring.verdict`."""

MULTIPLIER_SPREAD: Final = 3.0
"""A fermion of a scalar's colour is produced six to ten times as often, a higgsino a third as often as a wino."""
LIGHTEST_CHARGINO: Final = 92.0
"""GeV; what LEP leaves for any mass difference (:mod:`protomodels.critic.lep`)."""
MASS_MARGIN: Final = 0.5
"""GeV; grids of maps have steps of 5 to 25 GeV, and 1 to 5 GeV where spectra are compressed."""

LEASE_SECONDS: Final = 20.0
"""How long a runner may be silent before it counts as dead, unless told otherwise."""
PATIENCE: Final = 600.0
"""Seconds for which a storage that is away is waited for, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the literature decides in more than one way.

    Attributes
    ----------
    name: paper (arXiv:2012.12246) or default (ours).
    em_before_ul: where an analysis has both, only its efficiency maps are candidates; else both are.
    distinct_topologies: refuse two results of the same experiment and sqrt(s) whose signals come from the same
        decay topology of the model, whatever the table says.
    min_results: smallest combination that is scored.
    min_sensitivity: smallest r = signal / expected limit, at mu_max, of a result or region that may be chosen.  One
        that cannot see the model could otherwise take the place of one that sees a deficit, or that sees it at all.
    tolerance: the critic's largest allowed r = signal / observed limit.
    search: how walks look for models: ``paper``: its moves; ``refined``: kappas proposed symmetrically (the paper's
        proposal drifts upwards), small changes near a good model, and restarts from the best models of all walkers.
    regions: ``best``: one signal region an analysis, the one with the largest UL_obs / UL_exp; ``combined``: all of
        them, where their correlations are published.
    off_shell: let X_Z2 and X_W1 decay through virtual bosons.
    reference_order: order of the reference cross sections of models that do not name their own.
    strict: refuse to combine two analyses that are known to share events, whatever the table says.
    multiplier_spread: factor by which a multiplier may well differ from 1: width of a log-normal prior on multipliers,
        for the model scaled to its mu-hat; 0 for no such prior.
    edges_count: whether a result may enter combinations of whose signal more than a tenth is marked: from the last cell
        of a map, extrapolated, or from a very small efficiency.  As a limit it counts in any case.
    lightest_chargino: GeV; a model with a lighter one has no K, because LEP excludes it; 0 for no such limit.
    mass_margin: GeV; a search keeps only models whose K stays when one mass moves by so much
        (:mod:`protomodels.walker.steady`); 0 where all are kept.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    name: PolicyName
    em_before_ul: bool
    distinct_topologies: bool
    min_results: int
    min_sensitivity: float
    tolerance: float
    search: SearchChoice
    off_shell: bool
    regions: RegionChoice = "best"
    reference_order: ReferenceOrder = OLDER_ORDER
    strict: bool = False
    multiplier_spread: float = 0.0
    edges_count: bool = True
    lightest_chargino: float = 0.0
    mass_margin: float = 0.0

    def __post_init__(self) -> None:
        for name, choices in (
            ("regions", REGION_CHOICES),
            ("search", SEARCH_CHOICES),
            ("reference_order", REFERENCE_ORDERS),
        ):
            if getattr(self, name) not in choices:
                raise ConfigError(name, getattr(self, name), "one of " + ", ".join(choices))
        for name in ("em_before_ul", "distinct_topologies", "off_shell", "strict", "edges_count"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(name, getattr(self, name), "true or false")
        if type(self.min_results) is not int or self.min_results < 1:
            raise ConfigError("min_results", self.min_results, "a whole number of at least 1")
        if not isinstance(self.min_sensitivity, (int, float)) or not self.min_sensitivity >= 0.0:
            raise ConfigError("min_sensitivity", self.min_sensitivity, "a number of at least 0")
        if not isinstance(self.tolerance, (int, float)) or not self.tolerance > 0.0:
            raise ConfigError("tolerance", self.tolerance, "a number above 0")
        spread = self.multiplier_spread
        if not isinstance(spread, (int, float)) or not (spread == 0.0 or 1.0 < spread < math.inf):
            raise ConfigError("multiplier_spread", spread, "a number above 1, or 0 for no prior")
        for name in ("lightest_chargino", "mass_margin"):
            mass = getattr(self, name)
            if not isinstance(mass, (int, float)) or not 0.0 <= mass < math.inf:
                raise ConfigError(name, mass, "a mass of at least 0 GeV")


POLICIES: Final[dict[str, Policy]] = {
    "paper": Policy(
        name="paper",
        em_before_ul=False,
        distinct_topologies=True,
        min_results=2,
        min_sensitivity=0.0,
        tolerance=1.3,
        search="paper",
        off_shell=True,
    ),
    "default": Policy(
        name="default",
        em_before_ul=True,
        distinct_topologies=False,
        min_results=1,
        min_sensitivity=0.01,
        tolerance=1.3,
        search="refined",
        off_shell=True,
        reference_order=NEWER_ORDER,
        strict=True,
        multiplier_spread=MULTIPLIER_SPREAD,
        edges_count=False,
        lightest_chargino=LIGHTEST_CHARGINO,
        mass_margin=MASS_MARGIN,
    ),
}


def policy(
    name: str,
    regions: str = "best",
    search: str | None = None,
    reference_order: str | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
) -> Policy:
    """The policy of this name, with this choice of regions, and with its own other choices or these.

    Parameters
    ----------
    guards: against artefacts: a log-normal prior on multipliers, results at the edges of maps do not count,
        charginos that LEP excludes have no K, and a search keeps no model that stands on exact masses.

    Raises
    ------
    ConfigError: where there is none.
    """
    if not isinstance(name, str) or name not in POLICIES:
        raise ConfigError("policy", name, "one of " + ", ".join(POLICIES))
    others = {"search": search, "reference_order": reference_order, "strict": strict}
    changes: dict[str, Any] = {field: value for field, value in others.items() if value is not None}
    if guards is not None:
        if not isinstance(guards, bool):
            raise ConfigError("guards", guards, "true or false")
        changes |= {
            "multiplier_spread": MULTIPLIER_SPREAD if guards else 0.0,
            "edges_count": not guards,
            "lightest_chargino": LIGHTEST_CHARGINO if guards else 0.0,
            "mass_margin": MASS_MARGIN if guards else 0.0,
        }
    return replace(POLICIES[name], **changes | {"regions": regions})


def verdict_of(text: str) -> Verdict:
    """The verdict of these words.

    Raises
    ------
    ConfigError: where there is none.
    """
    for known in VERDICTS:
        if text == known:
            return known
    raise ConfigError("verdict", text, "one of " + ", ".join(VERDICTS))

"""The choices of a scoring and of a walk, as named policies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

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

Choice = TypeVar("Choice", bound=str)

SIGMACUT: Final = 0.02
"""fb; weaker decay trees are not followed."""
MASS_GAP: Final = 10.0
"""GeV; closer daughters are compressed."""

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
    ),
}


def policy(
    name: str,
    regions: str = "best",
    search: str | None = None,
    reference_order: str | None = None,
    strict: bool | None = None,
) -> Policy:
    """The policy of this name, with this choice of regions, and with its own search, order and strictness or others.

    Raises
    ------
    ConfigError: where there is none.
    """
    if name not in POLICIES:
        raise ConfigError("policy", name, "one of " + ", ".join(POLICIES))
    chosen = POLICIES[name]
    return replace(
        chosen,
        regions=_one_of(REGION_CHOICES, "regions", regions),
        search=chosen.search if search is None else _one_of(SEARCH_CHOICES, "search", search),
        reference_order=chosen.reference_order
        if reference_order is None
        else _one_of(REFERENCE_ORDERS, "reference_order", reference_order),
        strict=chosen.strict if strict is None else strict,
    )


def _one_of(choices: tuple[Choice, ...], field: str, name: str) -> Choice:
    for choice in choices:
        if choice == name:
            return choice
    raise ConfigError(field, name, "one of " + ", ".join(choices))

"""The choices of a scoring and of a walk, as named policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from protomodels.errors import ConfigError

PolicyName = Literal["paper", "default"]

SIGMACUT: Final = 0.02
"""fb; weaker decay trees are not followed."""
MASS_GAP: Final = 10.0
"""GeV; closer daughters are compressed."""


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
    tolerance: the critic's largest allowed r = signal / observed limit.
    symmetric_ssm: propose kappas symmetrically; the paper's proposal drifts upwards.
    off_shell: let X_Z2 and X_W1 decay through virtual bosons.
    """

    name: PolicyName
    em_before_ul: bool
    distinct_topologies: bool
    min_results: int
    tolerance: float
    symmetric_ssm: bool
    off_shell: bool


POLICIES: Final[dict[str, Policy]] = {
    "paper": Policy("paper", False, True, 2, 1.3, False, True),
    "default": Policy("default", True, False, 1, 1.3, True, True),
}


def policy(name: str) -> Policy:
    """The policy of this name.

    Raises
    ------
    ConfigError: where there is none.
    """
    try:
        return POLICIES[name]
    except KeyError:
        raise ConfigError("policy", name, "one of " + ", ".join(POLICIES)) from None

"""The parsimony prior: a simpler proto-model is preferred (arXiv:2012.12246, section 4.2).

pi = exp[-(n_p / 2 + n_BR / 4 + n_SSM / 8)]

Policy default adds a log-normal prior on the multipliers: what is produced at all is produced about as often as its
reference says, within a factor ``spread``.  pi is then multiplied with exp[-ln^2 kappa / (2 ln^2 spread)] of each
distinct multiplier.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.model import ProtoModel
from protomodels.production import CrossSections
from protomodels.xsec.multipliers import count_multipliers

BR_EQUAL: Final = 0.05
SSM_EQUAL: Final = 0.03
REPETITION: Final = 0.1
"""What each further production with an SSM counted before costs, in units of one SSM."""
VISIBLE: Final = 1e-3
"""fb; productions below it do not count."""


@dataclass(frozen=True, slots=True)
class Parsimony:
    """The counts that the prior penalises.

    Attributes
    ----------
    n_particles: particles, with the LBP.
    n_br: distinct branching ratios of each particle, minus one, summed.
    n_ssm: distinct signal strength multipliers, each repetition counting 0.1.
    strength: sum of (ln kappa / ln spread)^2 over the distinct multipliers; 0 without a prior on them.

    >>> round(Parsimony(n_particles=3, n_br=0, n_ssm=2.4).penalty, 2)   # the published winner
    3.6
    """

    n_particles: int
    n_br: int
    n_ssm: float
    strength: float = 0.0

    @property
    def log_prior(self) -> float:
        """ln pi = -(n_p / 2 + n_BR / 4 + n_SSM / 8 + strength / 2)."""
        return -(self.n_particles / 2 + self.n_br / 4 + self.n_ssm / 8 + self.strength / 2)

    @property
    def penalty(self) -> float:
        """-2 ln pi: by so much the prior lowers K."""
        return -2.0 * self.log_prior


def count_distinct(values: Iterable[float], tolerance: float) -> int:
    """Number of groups of equal values; values belong together within ``tolerance`` of the group's smallest.

    The values are sorted first, so that their order does not matter.

    >>> count_distinct([0.5, 1.0, 0.51, 1.02], 0.03)
    2
    """
    groups, smallest = 0, -1.0
    for value in sorted(values):
        if smallest < 0.0 or value > smallest * (1.0 + tolerance):
            groups, smallest = groups + 1, value
    return groups


def parsimony(model: ProtoModel, sections: CrossSections, spread: float = 0.0) -> Parsimony:
    """The counts of a proto-model (arXiv:2012.12246, section 4.2).

    Parameters
    ----------
    model: the proto-model.
    sections: its cross sections; only productions above 0.001 fb at some energy count.
    spread: factor by which multipliers may well differ from 1; 0 for no prior on them.

    n_p counts the LBP; n_BR the distinct branching ratios of each particle minus one (a single channel and equal
    shares are trivial); n_SSM the distinct multipliers among visible productions, each repetition costing 0.1.
    """
    shares = (channels.values() for channels in model.decays.values() if len(channels) > 1)
    n_br = sum(count_distinct(ratios, BR_EQUAL) - 1 for ratios in shares)
    return Parsimony(model.n_particles, n_br, *_multipliers(sections, spread))


def scaled_counts(counts: Parsimony, scaled: CrossSections, spread: float = 0.0) -> Parsimony:
    """The counts of a model after all its multipliers were scaled: only what concerns these can change.

    Parameters
    ----------
    counts: before.
    scaled: cross sections after.
    spread: as for :func:`parsimony`.
    """
    return Parsimony(counts.n_particles, counts.n_br, *_multipliers(scaled, spread))


def _multipliers(sections: CrossSections, spread: float) -> tuple[float, float]:
    """n_SSM, and the penalty of multipliers far from 1."""
    # a production without a reference has a multiplier of its own
    sigma, reference = np.ascontiguousarray(sections.sigma), np.ascontiguousarray(sections.reference)
    n, distinct, squares = count_multipliers(sigma, reference, VISIBLE, SSM_EQUAL)
    strength = 0.0 if spread == 0.0 else squares / math.log(spread) ** 2
    return distinct + REPETITION * (n - distinct), strength

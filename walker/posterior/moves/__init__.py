"""The moves of a posterior's chain, one a file, each with its ratio and Jacobian derived in its docstring.

A move is reversible with respect to any density over points, whatever its likelihood.  Which one is proposed is drawn
with fixed probabilities.

    move        what a move is
    birth       a particle more, or less, with the decays into it
    mass        one mass, near or anywhere, all together, or one with its multiplier
    shares      branching ratios, equal or free
    channels    a channel opens, closes, or takes another's place
    multiplier  multipliers, own or common
    swap        a particle becomes one that is like it
    split       two particles for one, or one for two
    alike       which particles are like each other
    extending   shares for further channels
"""

from typing import Final

from protomodels.walker.posterior.moves.birth import BirthDeath
from protomodels.walker.posterior.moves.channels import ChangeChannels
from protomodels.walker.posterior.moves.mass import ChangeMass
from protomodels.walker.posterior.moves.move import Move, Proposal
from protomodels.walker.posterior.moves.multiplier import ChangeMultiplier
from protomodels.walker.posterior.moves.shares import ChangeShares
from protomodels.walker.posterior.moves.split import SplitMerge
from protomodels.walker.posterior.moves.swap import Swap

MOVES: Final[tuple[tuple[Move, float], ...]] = (
    (BirthDeath(), 0.2),
    (ChangeMass(), 0.3),
    (ChangeShares(), 0.1),
    (ChangeChannels(), 0.12),
    (ChangeMultiplier(), 0.15),
    (Swap(), 0.06),
    (SplitMerge(), 0.07),
)
"""All moves, each with its probability."""

__all__ = [
    "MOVES",
    "BirthDeath",
    "ChangeChannels",
    "ChangeMass",
    "ChangeMultiplier",
    "ChangeShares",
    "Move",
    "Proposal",
    "SplitMerge",
    "Swap",
]

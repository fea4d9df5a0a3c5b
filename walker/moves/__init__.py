"""The proposals of a walk, one a file, in the order of a step.

    trim       drop particles that contribute to no member of the best combination
    add        a new particle
    branching  change the branching ratios of a particle
    strength   change signal strength multipliers
    remove     take a particle out
    mass       shift the mass of a particle
    refine     one small change, instead of all of the above
    merge      two close particles of a group into one (scored beside the proposal)

A move takes the model and says what it changed it into, or None where it did not fire.  Nothing is scored here.
"""

from walker.moves.add import Add
from walker.moves.base import Move, MoveContext
from walker.moves.branching import ChangeBranching
from walker.moves.mass import ChangeMass
from walker.moves.merge import merge_candidates
from walker.moves.refine import Refine
from walker.moves.remove import Remove
from walker.moves.strength import ChangeStrength
from walker.moves.trim import Trim

__all__ = [
    "Add",
    "ChangeBranching",
    "ChangeMass",
    "ChangeStrength",
    "Move",
    "MoveContext",
    "Refine",
    "Remove",
    "Trim",
    "merge_candidates",
]

"""The proposals of a walk, one a file, in the order of a step.

    trim       drop particles that contribute to no member of the best combination
    add        a new particle
    branching  change the branching ratios of a particle
    strength   change signal strength multipliers
    remove     take a particle out
    mass       shift the mass of a particle
    and instead of all of these, in the refined search:

    begin      a first model: one kind of particle, at many masses
    insert     a new particle at the best of many places
    chain      two new ones, of which one decays into the other
    borrow     a particle as another walker has it
    redirect   other decays of a particle;  rewire: of two
    refine     one small change
    shift      several masses together;  trade: a mass and the multipliers of its particle

    merge      two close particles of a group into one (scored beside the proposal)

    base       what a move offers;  places: drawing masses, kappas and branching ratios

A move takes the model and says what it changed it into, or None where it did not fire.  Nothing is scored here.
"""

from protomodels.walker.moves.add import Add
from protomodels.walker.moves.base import Move, MoveContext
from protomodels.walker.moves.begin import Begin
from protomodels.walker.moves.borrow import Borrow
from protomodels.walker.moves.branching import ChangeBranching
from protomodels.walker.moves.chain import Chain
from protomodels.walker.moves.insert import Insert
from protomodels.walker.moves.mass import ChangeMass
from protomodels.walker.moves.merge import merge_candidates
from protomodels.walker.moves.redirect import Redirect, Rewire
from protomodels.walker.moves.refine import Refine
from protomodels.walker.moves.remove import Remove
from protomodels.walker.moves.shift import Shift, Trade
from protomodels.walker.moves.strength import ChangeStrength
from protomodels.walker.moves.trim import Trim

__all__ = [
    "Add",
    "Begin",
    "Borrow",
    "Chain",
    "ChangeBranching",
    "ChangeMass",
    "ChangeStrength",
    "Insert",
    "Move",
    "MoveContext",
    "Redirect",
    "Refine",
    "Remove",
    "Rewire",
    "Shift",
    "Trade",
    "Trim",
    "merge_candidates",
]

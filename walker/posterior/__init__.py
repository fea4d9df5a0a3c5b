"""A posterior over proto-models: a trans-dimensional sampler with correct Hastings ratios.

In comes a scorer with the target's settings; out go draws from prior x likelihood, whose density means something
(docs/reference/posterior.md).  A chain is a ladder of rungs with prior x likelihood^beta, from beta = 1 to the prior.

    config      TargetConfig, PriorConfig, Schedule: what is sampled, and how
    point       a content with masses, channels, shares and multipliers, and its proto-model
    prior/      proper at each level, and drawn from exactly
    likelihood  of a point: the ratio to the Standard Model, and the critic's wall
    moves/      one a file, with its ratio and Jacobian
    rung        a point, and a step that is accepted or not
    ladder      exchange between rungs; betas, adapted in the warm-up; the state and its form in the storage
    sampler     Sampler: start and advance, pure functions; Draw and Sweeps
    version     SAMPLER_VERSION: which sampler makes a chain
"""

from protomodels.walker.posterior.config import PriorConfig, Schedule, TargetConfig
from protomodels.walker.posterior.ladder import LadderState
from protomodels.walker.posterior.rung import Rung
from protomodels.walker.posterior.sampler import Draw, Sampler, Sweeps

__all__ = ["Draw", "LadderState", "PriorConfig", "Rung", "Sampler", "Schedule", "Sweeps", "TargetConfig"]

"""How much of what a model produces any result sees, and what is not seen.

SModelS's groups: seen, covered by a topology but outside all grids, missing with prompt or with displaced decays.

    final_states  what is left of an event when all has decayed, in symbols and in words
    fates         all decays of the produced particles, summed up by final states
    matched       which decays a topology covers, and which of them lie within a map
    counting      cross sections by group and final state
    report        Coverage: the answer, as a dictionary and as a table
"""

from protomodels.predictor.general.coverage.counting import coverage_of
from protomodels.predictor.general.coverage.report import Coverage, Unseen

__all__ = ["Coverage", "Unseen", "coverage_of"]

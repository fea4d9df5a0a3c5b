"""Error bars of a proto-model's parameters, from the likelihoods of its best combination.

In goes an evaluation, or any log likelihood of a vector; out come 68% intervals.

    intervals    Interval, Point: what is said, and what a log likelihood gives
    fisher       from the information at the model: symmetric, no search
    climbing     the maximum of a log likelihood in some directions
    profile      where 2 ln L has dropped by 1, the other parameters at their best, or held
    of_model     the log likelihood of a model's parameters, and its intervals
"""

from protomodels.scoring.uncertainty.intervals import Interval, Point
from protomodels.scoring.uncertainty.of_model import fisher_errors, profile_errors

__all__ = ["Interval", "Point", "fisher_errors", "profile_errors"]

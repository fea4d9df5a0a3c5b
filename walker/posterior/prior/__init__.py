"""The prior: proper, normalised at each level, and drawn from exactly.

whole        Prior: all parts together
contents     which particles there are
masses       uniform, each in what the earlier ones leave
decays       which of the open channels, and their shares
multipliers  a common one, and own ones
"""

from protomodels.walker.posterior.prior.whole import Prior

__all__ = ["Prior"]

"""Published limits in, the largest allowed signal strength out.

lep      charginos that LEP excludes, which no LHC result says
limits   mu_max = tolerance / max r, with the list of limits that set it; what a critic of one's own has to offer
"""

from protomodels.critic.lep import excluded_by_lep
from protomodels.critic.limits import AllowedStrength, Critic, Limit, allowed_signal_strength, published_limits

__all__ = ["AllowedStrength", "Critic", "Limit", "allowed_signal_strength", "excluded_by_lep", "published_limits"]

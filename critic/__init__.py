"""Published limits in, the largest allowed signal strength out.

limits   mu_max = tolerance / max r, with the list of limits that set it
"""

from protomodels.critic.limits import AllowedStrength, Limit, allowed_signal_strength

__all__ = ["AllowedStrength", "Limit", "allowed_signal_strength"]

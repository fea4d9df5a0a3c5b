"""Published limits in, the largest allowed signal strength out.

limits   mu_max = tolerance / max r, with the list of limits that set it; what a critic of one's own has to offer
"""

from protomodels.critic.limits import AllowedStrength, Critic, Limit, allowed_signal_strength, published_limits

__all__ = ["AllowedStrength", "Critic", "Limit", "allowed_signal_strength", "published_limits"]

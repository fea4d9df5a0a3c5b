"""dK / d(masses, branching ratios, multipliers) of a proto-model, exact inside a cell of all maps.

In goes an evaluation; out comes a :class:`Gradient`: K without SModelS's rounding, and its derivatives.

    parameters   the numbers of a model as a vector, with names and units
    signals      the results of its best combination: signals and their derivatives
    likelihoods  their likelihoods: value, slopes, information
    gradient     K and its derivatives
    penalty      the smooth part of the prior
"""

from protomodels.scoring.gradient.gradient import Gradient, gradient_of
from protomodels.scoring.gradient.parameters import Parameters

__all__ = ["Gradient", "Parameters", "gradient_of"]

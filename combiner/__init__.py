"""Which analyses may be combined, which combinations are legal, and which of them is the best.

The story, in the order of the modules:

1. ``table_file`` reads a table of combinable analyses and checks it, ``rules`` knows what analyses select and is the
   default without one; ``checking`` says what of a table matches nothing, and why two analyses may or may not be
   combined; ``table`` answers for n results which pairs are uncorrelated (``Combinability.pairwise``); ``default``
   says which table is used where the user gives none.
2. ``cliques`` turns that matrix into the legal combinations: maximal cliques, kept as a product of components.
3. ``concave`` bounds a concave curve between its known points, ``kbest`` lists the largest sums over the
   components, ``polish`` finds the maxima of single combinations.
4. ``search`` puts these together: all combinations and all signal strengths at once, with a proof;
   ``best`` is the door to it (``best_combination``).

5. ``compiled/`` does the same for walks, with the slopes of the curves, in microseconds.

But for the last, nothing here knows where the likelihoods come from: they enter as one function of the signal strength
mu.

>>> import numpy as np
>>> table = Combinability.from_rules()
>>> allowed = table.pairwise(["A-1", "A-2", "C-1"], [None] * 3, ["ATLAS", "ATLAS", "CMS"], [13.0] * 3)
>>> excess, width = np.array([[1.0], [2.0], [1.0]]), np.array([[1.0], [1.0], [1.0]])
>>> best = best_combination(lambda mu: excess * mu - 0.5 * width * mu**2, allowed, mu_max=5.0)
>>> best.members, round(best.mu_hat, 6), round(best.Z, 6)
((1, 2), 1.5, 2.12132)
"""

from protomodels.combiner.best import BestCombination, Certificate, Combination, best_combination
from protomodels.combiner.default import combinability_for
from protomodels.combiner.table import Combinability

__all__ = ["BestCombination", "Certificate", "Combinability", "Combination", "best_combination", "combinability_for"]

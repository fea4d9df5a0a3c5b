"""Universes: results in which other data were observed, with or without a signal.

In come the published results and a recipe (seed, fudge factor, injected proto-model); out go results over the same maps
with other counts and observed limits.  A universe is regenerated from its recipe wherever it is needed, never stored.

    recipe        what a universe is made of
    drawing       PseudoData: counts and limits as the Standard Model would give them by chance, the paper's way
    fluctuations  the same our way: all data of an analysis follow from one fluctuation
    signal        what an injected proto-model adds to them
    making        results in a universe, and the record of what was drawn
    p_values      how remarkable the counts of signal regions are, without toys
"""

from protomodels.universes.making import in_universe, record
from protomodels.universes.p_values import region_p_values
from protomodels.universes.recipe import Universe

__all__ = ["Universe", "in_universe", "record", "region_p_values"]

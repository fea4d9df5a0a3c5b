"""The numbers of one model, with numba.

In come a structure's arrays, the arrays of compiled results, masses, branching ratios and cross sections; out go sums
per signal region and clusters of upper limits.

    whole        one model in one call, which is all of the following
    weights      cross section x branching ratios of decay trees
    points       efficiencies and limits at the points that these need
    regions      sums of every signal region
    limits       upper limits: the SMS of each map
    clusters     their clusters in all maps;  merging: those of one map
    observed     observed limits, as published or in a universe
    collecting   the rows of a prediction, with the regions that are combined
    arrays       a structure as the kernels read it
    order        a stable sort by two keys

Derivatives, of the few results that a gradient needs (:mod:`protomodels.predictor.slopes`):

    weight_slopes, map_slopes, region_slopes, limit_slopes
"""

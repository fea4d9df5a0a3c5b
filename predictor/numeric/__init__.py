"""The numbers of one model, with numba.

In come a structure's arrays, the arrays of compiled results, masses, branching ratios and cross sections; out go sums
per signal region and clusters of upper limits.

    weights      cross section x branching ratios of decay trees
    points       efficiencies and limits at the points that these need
    regions      sums of every signal region
    limits       upper limits: the SMS of each map
    clusters     their clusters in all maps;  merging: those of one map
    observed     observed limits, as published or in a universe
    interpolate  values of maps, as SModelS rounds them
    locate       the simplex that holds a point, as scipy finds it;  barycentric: the coordinates there
    order        a stable sort by two keys
"""

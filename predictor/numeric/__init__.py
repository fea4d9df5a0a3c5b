"""The numbers of one model, with numba.

signals      weights of decay trees, efficiencies of the points they need, sums per region
locate       a point in a triangulation as scipy finds it;  interpolate: values as SModelS rounds them
limits       upper limits: the SMS of each map;  clusters: clusters of similar limits
observed     observed limits, as published or in a universe
order        a stable sort by two keys
"""

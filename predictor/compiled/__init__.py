"""The compiled predictor: SModelS's predictions in milliseconds.

In come SModelS's database objects, once, and then proto-models; out go the same predictions as from SModelS.

Once per database (``compile``):

    patterns        topologies of the results as pairs of chains; what is out of scope
    quantum         which particles an entry of the results stands for, asked from SModelS
    triangulations  the distinct triangulations of the maps;  bins: boxes to search them
    constraint      the weighted sum of topologies that a map constrains
    gather          all of it as flat arrays
    combined        regions with published correlations: covariances, JSON simplified
    compile         these and the catalog into a file
    container       one file of arrays: versioned, checksummed, mapped into memory;  file: loading it
    tables          what each array means

Once per structure (which particles, channels and soft gaps a model has; remembered):

    recipe          the key, and how a model's numbers enter
    chains          decay chains and their compression
    matching        which topologies of the results two chains match
    structure       all of it as arrays that grow as pairs of chains are met

Once per model (``predictor``), with numba:

    signals         weights of decay trees, efficiencies of the points they need, sums per region
    locate, interpolate   a point in a triangulation as scipy finds it; values as SModelS rounds them
    limits, clusters      upper limits: the SMS of each map, and clusters of similar limits
    order           a stable sort by two keys
"""

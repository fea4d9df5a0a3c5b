"""Measurements of the figures that the documentation states, one script each; none of them is a test.

    opening              time, size and memory of reading and of loading results
    oracle_step          seconds of a walk step through SModelS, and where they go
    published_hiscores   K and Z of the published hiscores beside the published values
    environment          size of the installation

Real LHC results are looked for in $PROTOMODELS_RESULTS, else in ../shared/results; the published numbers in the
folder ``reference`` beside it.
"""

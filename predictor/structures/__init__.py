"""Decay trees of a model matched to the topologies of the results.

In come a model's particles, channels and produced pairs; out goes a structure, which the numeric step reads.  It
depends only on which particles, channels and soft gaps a model has, and is remembered for the next one.

    recipe       the key of a structure, and how a model's numbers enter
    chains       decay chains and their compression
    matching     which topologies of the results two chains match
    compression  the pairs of one structure compressed and matched, by numbers of their chains
    sieve        which pairs cannot match anything
    remembered   what is worked out once
    structure    chains, their pairs, topologies and points; grows as pairs of chains are met
"""

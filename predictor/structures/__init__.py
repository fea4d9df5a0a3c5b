"""Decay trees of a model matched to the topologies of the results.

All of it depends only on which particles, channels and soft gaps a model has, and is remembered for the next one.

    recipe     the key of a structure, and how a model's numbers enter
    chains     decay chains and their compression
    matching   which topologies of the results two chains match
    structure  all of it as arrays that grow as pairs of chains are met
"""

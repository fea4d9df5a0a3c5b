"""What a proto-model is.

In come model files or a walker's changes; out go validated, immutable :class:`ProtoModel` objects with their
cross sections and their prior.  Nothing here knows about LHC results.

    particles    the 20 particles: names, pids, walls, multiplets
    channels     every decay channel, what opens it, its charges
    model        ProtoModel: masses, branching ratios, signal strength multipliers
    production   the cross sections of one model (kappa x reference)
    xsec/        the reference cross sections: tables, look-up, and how they were made
    prior        the parsimony prior with its counts
    files, slha  models from and to JSON and SLHA
    settings     the policies
    errors       the one error tree
"""

__version__ = "0.2.0.dev0"

"""Many evaluations or runs that answer one question about proto-models.

In go a scorer (or a storage with runs) and a proto-model, out come frozen results for tables and pictures.

    scans      K against a mass or against the strength of a production
    credible   where masses may lie: likelihood in a plane of two masses, by analysis and combined
    variants   K of one model under other choices of policy, and of data

Global p-values and closure tests are to come.
"""

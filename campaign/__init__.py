"""Many evaluations or runs that answer one question about proto-models.

In go a scorer (or a storage with runs) and a proto-model, out come frozen results for tables and pictures.

    scans      K against a mass or against the strength of a production
    credible   where masses may lie: likelihood in a plane of two masses, by analysis and combined
    why        what lies behind a score: likelihoods, who could have been combined, what it rests on
    variants   K of one model under other choices of policy, and of data
    ensemble   runs in universes: created, found again, walked
    pvalue     the global p-value: is the best K remarkable?
    closure    is a proto-model that was put into the data found again?
    power      how probably, against its strength
    bounds     known models scored in many universes: lower bounds of their best K
    statistics p-values of counting, intervals, densities
"""

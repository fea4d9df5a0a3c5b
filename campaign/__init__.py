"""Many runs that answer one question about proto-models.

In go a storage with runs and a predictor, out come frozen results for tables and pictures.

    front           pvalue: with the defaults of the command line
    ensemble        runs in universes: created, found again, walked
    pvalue          the global p-value: is the best K remarkable?  global_p_value: its answer
    closure         is a proto-model that was put into the data found again?
    power           how probably, against its strength
    bounds          known models scored in many universes: lower bounds of their best K
"""

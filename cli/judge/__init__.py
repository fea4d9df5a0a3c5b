"""Commands that judge what a search found: campaigns of many runs on pseudo-data.

A run, a proto-model or a campaign comes in; a p-value, the result of a closure test or pseudo-data go out.

    pvalue              pvalue: the global p-value of a run
    closure             closure: is an injected proto-model found again?
    power               power: how often, against its strength
    timeline            timeline: K in one release of the results after another
    universe            universe: the pseudo-data themselves
    campaigns           campaigns: all that are stored
    remote_campaigns    pvalue, closure and power with --server
    signal_options      options about universes and injected proto-models
"""

"""Commands that score proto-models and show why they score.

A model file or the number of a stored proto-model comes in; tables, JSON, SLHA or figures go out.

    evaluate           evaluate: what results say of model files
    asking             what it asks of each, here or of a service
    scan               scan: many model files into a table
    remote_scan        the same by a service, in batches
    excesses           excesses: small excesses over a whole scan
    generate           generate: random full spectra
    propose            propose: where to look next for small excesses
    improve            improve: a model file to the top of its mode
    partners           partners: what the particles of a model file could be
    hiscores           hiscores: the best stored proto-models
    show               show: one stored proto-model, and why it scores
    plot               plot: figures as files
    explain            the report on a proto-model, as text
    spectrum           its masses, drawn with characters
    demo_comparison    the demo's hidden model beside what a run found
"""

"""Figures: one description of each, drawn for papers by matplotlib and for pages by plotly.

In go the frozen results of campaign and walker, out comes a `Figure` of plain values; nothing is computed here.

    picture      what a picture is made of: panels, axes, marks
    kinds        which there are of a proto-model
    paper, web   the two ways to draw one
    protomodels  a proto-model: spectrum, decays, why it scores, what holds it back
    scoring      likelihoods against mu, K without each part, who may be combined with whom
    scans        K against masses and strengths
    planes       credible regions in planes of two masses
    climb        best K against steps, of runs and of the walkers of one run
    densities    best K in universes, p-values of regions
    spectra      masses that closure tests found
"""

"""Figures: one description of each, drawn for papers by matplotlib and for pages by plotly.js.

In go an evaluation, a stored proto-model or the answer of a campaign; out comes a :class:`Figure` of plain values.

    front        plot: figures of what the front door returns
    kinds        which figures there are of a proto-model: names, and what draws them
    subject      a proto-model with what its figures show
    figure       what a figure is made of: panels, axes, marks
    paper, web   the two ways to draw one
    protomodels  a proto-model: spectrum, decays, why it scores, what holds it back
    scoring      likelihoods against mu, K without each part, who may be combined with whom
    scans        K against masses and strengths
    planes       credible regions in planes of two masses
    climb        best K against steps, of runs and of the walkers of one run
    densities    best K in universes, p-values of regions
    excesses     small excesses of a scan: planes, analyses in common, clusters
    timeline     K by release of the results
    spectra      masses that closure tests found
    posteriors   contents, masses and signals of a posterior
    pages/       what pages show of runs and results, and symbols of particles
"""

from protomodels.plots.figure import Figure

__all__ = ["Figure"]

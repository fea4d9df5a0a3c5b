"""Formulas: numbers in, numbers out.

In come arrays of events, cross sections in fb, p-values; out go arrays.  Nothing here knows about databases,
proto-models or walks.  Every function gives its equation, units and source.

    region              one signal region: Poisson counts, Gaussian background
    truncated_gaussian  a result that publishes only its upper limits
    measured_limits     the limit that follows from a measurement: the inverse of this Gaussian
    simplified          several regions with correlated backgrounds, with or without third moments
    profiles/           the maximum over the nuisance parameters of these
    joint               all of these of a catalog as flat arrays: points, slopes, lines above
    histfactory/        likelihoods of pyhf's JSON documents, full and in a fast form
    curves              ln L(mu) - ln L(0) of many results at once
    upper_limits        95% CL upper limits of one region (asymptotic CLs)
    confidence          CLs of a signal: in regions, correlated ones too, and of upper limits
    counting_limits     the same from the counts themselves, exact for few events
    p_values            of counts on an uncertain background, of counted universes, of two samples; significances
    intervals           Clopper and Pearson's interval of a probability
    densities           kernel densities of samples
    posterior/          chains of a posterior: mixing, probabilities, evidence, a verdict
    tails               small p-values from fits of the tail of a sample;  generalised_pareto: what is fitted
    draws               random rates of backgrounds, and counts
"""

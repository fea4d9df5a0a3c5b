"""Likelihoods that were published as HistFactory documents, pyhf's JSON (CERN-OPEN-2012-016).

In comes a document and which of its bins are which signal regions; out go its likelihood, its backgrounds, and a fast
form of both for the search.  No background here knows the data of the signal regions.

    document       which bin of a document is which signal region
    interpolation  between the variations of a sample
    model          expected events and constraint terms as flat arrays, with their derivatives
    fit            the best nuisance parameters
    full           the full likelihood, milliseconds a point
    pyhf_fits      the same through pyhf's own fits, seconds a point: what the others are checked against
    background     mean and covariance of the backgrounds of the signal regions
    signals        the signals that a fast form is fitted and judged with
    fast           a likelihood with one nuisance parameter a region, fitted to the full one
"""

"""Formulas: numbers in, numbers out.

Nothing here knows about databases, proto-models or walks: every function takes arrays and gives arrays.

    likelihood     one signal region; the truncated Gaussian of an upper limit
    simplified     several regions with correlated backgrounds, with or without third moments
    pyhf_json      the full likelihood of a pyhf JSON, and a simplified one fitted to it
    curves         ln L(mu) of many results at once
    upper_limits   95% CL upper limits of one region (asymptotic CLs)
    p_values       of counts with an uncertain background, of counted universes, of two samples
    intervals      Clopper and Pearson's
    densities      kernel densities of samples
"""

"""The nuisance parameters of several regions: the rates of a signal go in, the maximum of ln L over them comes out.

maximum     the largest maximum, for one signal strength or a curve of them
dual        straight lines above the curves, and the proof of a largest maximum
newton      a local maximum, by Newton's method, certified
cholesky    factors of small matrices
"""

"""The program beside formulas written anew from the literature, which import nothing of protomodels.statistics.

Only what judges JSONs takes from there how they are read and given to pyhf.

likelihoods      one region, upper limits, several regions with third moments: scipy's minimisers
published        the covariances and third moments of a database, as published
combinations     the prior, and the best combination by trying every subset
set_ratios       one set of correlated regions: by SModelS, from the literature, and as SModelS bounds it
members          every member of a best combination: signals by SModelS, likelihoods by these
several_sets     every set of correlated regions at random signals, asked alone and together
skewed_sets      random skewed sets: is there a larger maximum?
row              a row of the table
likelihood_rows  likelihoods of regions, limits and sets
score_rows       K, the largest allowed signal strength, the best combination
p_value_rows     intervals and p-values
table            the table of docs/validation.md: one function a row
"""

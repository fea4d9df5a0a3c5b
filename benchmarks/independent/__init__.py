"""The program beside formulas written anew from the literature, which import nothing of protomodels.statistics.

likelihoods    one region, upper limits, several regions with third moments: scipy's minimisers
published      the covariances and third moments of a database, as published
several_sets   every set of correlated regions at random signals, asked alone and together
table          the table of docs/validation.md: one function a row
"""

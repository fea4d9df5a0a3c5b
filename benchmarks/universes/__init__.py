"""Global p-values and closure tests on real results, beside the published ones.

pvalue       50 universes of database 1.2.4 with policy "paper", a full run each
closure      the published winner put into the data: technical and physics closure
calibration  region p-values of real and fake data; p-values of universes against each other
few_events   K in universes with limits of counts, and asymptotic ones
"""

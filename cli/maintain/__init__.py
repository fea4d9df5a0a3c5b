"""Commands that keep results, storage and installation in order.

results    results list, compile, info, fetch
overlaps   results overlaps: who may be combined, and why
db         db upgrade
doctor     doctor: versions, environment, cache, storage, results
"""

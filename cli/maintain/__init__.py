"""Commands that keep results, storage and installation in order.

results    results list, compile, info, fetch
db         db upgrade
doctor     doctor: versions, environment, cache, storage, results
"""

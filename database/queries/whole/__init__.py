"""A run with all that belongs to it, read in one view of the storage and written in one transaction.

reading    all that is stored of a run
writing    the same into another storage
"""

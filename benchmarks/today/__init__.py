"""Today's data: what the same search finds in each release of the results, and how remarkable it is.

timeline  best K of each release with its p-value, and the winner of the newest one through all of them
"""

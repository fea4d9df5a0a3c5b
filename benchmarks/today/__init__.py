"""Today's data: what the same search finds in each release of the results, and how remarkable it is.

searches   runs kept in a storage
seeds      do different seeds find the same?
timeline   best K of each release with its p-value, and the winner of the newest one through all of them
oracle     K of winners by an independent calculation
off_plane  what signals of unequal branches, beside the plane of their maps, are worth in sets of regions
"""

"""Today's data: what the same search finds, how remarkable it is, and what it could be (docs/today.md).

seeds        do all seeds find the same best model?                              make today-seeds
winner       what the best model is, what it stands on, what it could be         make today-winner
pvalue       how often universes without new physics reach its K                 make today-pvalue
power        is it found again where it is put into the data?                    make today-power
timeline     best K of each release with its p-value, the newest winner in all   make today-timeline
oracle       K of the winners by an independent calculation                      make today-oracle
off_plane    what signals of unequal branches, beside the plane of their maps, are worth in sets of regions
searches     the runs of all of these, kept in one storage
found_again  what "found again" means
"""

"""Small excesses over scans: how long it takes, and what is found again.

kept       what is kept, so that each goes on after a kill
scanning   points written, scanned, selected: what the others share
full       a scan of both slices, selection, clusters, pictures: seconds of each, and what is found beside chance
injection  full spectra in universes: are their clusters found?
long_table a million rows: memory and time of the selection
sampling   selected models per evaluation, proposed and random
"""

"""Pictures of what campaigns and runs found, by matplotlib (``pip install protomodels[plots]``).

In go the frozen results of campaign and walker, out come matplotlib figures; nothing is computed here.

    scans    K against masses and strengths
    planes   credible regions in planes of two masses
    climb    best K against steps
    densities  best K in universes, p-values of regions
    spectra  masses that closure tests found
"""

"""Results as one file of flat arrays.

SModelS's database objects come in once; out comes a file that is mapped into memory.

    patterns        topologies of the results as pairs of chains; what is out of scope
    quantum         which particles an entry of the results stands for, asked from SModelS
    triangulations  the distinct triangulations of the maps;  bins: boxes to search them
    particle_table  which particles a compiled file knows
    graphs          all topologies as trees, with the maps that pairs of chains cannot hold
    constraint      the weighted sum of topologies that a map constrains
    gather          all of it as flat arrays
    combined        regions with published correlations
    json_sets       those of pyhf JSONs: full ones before simplified ones
    compile         these and the catalog into a file
    container       one file of arrays: versioned, checksummed, mapped into memory;  file: reading it
    tables          what each array means
"""

"""Measurements of the figures that the documentation states, one script each; none of them is a test.

    opening              time, size and memory of compiling and of loading results
    parity               predictions and likelihoods beside SModelS's on random models
    json_accuracy        simplified likelihoods beside the full ones
    published_hiscores   K and Z of the published hiscores beside the published values, and beside SModelS
    known_hiscores       K of forty known proto-models, commit by commit
    overlaps             what of the tables has no effect or shares events, and what refusing the latter does to K
    random_models        the random models of parity
    environment          size of the installation
    startup              how long the command takes to answer --help
    chains               chains and hiscores beside those of an earlier commit (earlier)
    speed/               steps and whole runs beside those of an earlier commit; where a step goes; how it grows
    independent/         the program beside formulas written anew from the literature
    published/           cross sections and limits beside published figures
    paper/, universes/   the published campaign, p-value and closure tests again
    runs/, service/      whole runs and storages; the service under load
    common               what all share

Real LHC results are looked for in $PROTOMODELS_RESULTS, else in ../shared/results; the published numbers in the
folder ``reference`` beside it.
"""

"""LHC results: found, read, compiled, catalogued.

In comes a name, a SModelS text database or its archive; out comes a compiled file of flat arrays with a catalog of what
each result says.  What a model gives in these results is the predictor's affair.

    store            opening results by name, fingerprint, directory or archive
    info             what is known of compiled results, and the list of all of them
    making           making compiled files, once, and made again where damaged or of other particles
    cached           where files lie in the cache, keyed by content; their locks
    archive          taking the text of a database out of a folder or an archive, safely
    packed           the files of a folder, a tar or a zip
    renamed          tags of SModelS 3.2 in those of SModelS 3.1
    releases         fetching a release of the SModelS database
    build            reading a database's text with SModelS
    reading          one analysis of it, or why it cannot be read
    smodels_catalog  the catalog of SModelS's objects
    catalog          what a database says about each result, independent of any model
    maps             the maps of an analysis as masses and values, for pictures
    names            what names say: control and validation regions, publications of several analyses
    compiled/        SModelS's objects as one file of flat arrays
    demo/            the synthetic demo results and how they are made
"""

from protomodels.results.store import ResultsInfo, open_results

__all__ = ["ResultsInfo", "open_results"]

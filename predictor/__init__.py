"""LHC results in, predictions out.

In come results (a name, a SModelS text database or its archive) and proto-models; out go
:class:`Predictions`: for every result that a model touches its signal, its limits and its counts, as arrays.

    store         opening results by name, directory or archive; the cache, keyed by content
    compiled/     the compiled predictor: SModelS's predictions in milliseconds; what a walk uses
    releases      fetching a release of the SModelS database
    archive       taking the text of a database out of a directory or .tar.xz, safely
    catalog       what a database says about each result, independent of any model
    predictions   what a model gives in each result: the container of arrays
    protocol      the Predictor protocol: what every predictor offers
    oracle        the predictor that asks SModelS itself: slow, the reference
    build         reading a database's text with SModelS
    smodels_catalog   the catalog of SModelS's objects
    translation   a proto-model as SModelS objects
    likelihood    one formula a function: single region, truncated Gaussian
    covariance    several regions with correlated backgrounds, by an own Newton
    json_likelihood   pyhf's JSON: the full likelihood, and a simplified one fitted to it
    curves        the curves of many results at once, and in many universes
    kernel        the decorator of compiled functions;  cache: where their machine code and compiled results are kept
    regions       which region of an analysis counts, for the combination and for the critic
    demo/         the synthetic demo results and how they are made
"""

from predictor.predictions import Predictions
from predictor.protocol import Predictor
from predictor.store import ResultsInfo, load_results, open_results

__all__ = ["Predictions", "Predictor", "ResultsInfo", "load_results", "open_results"]

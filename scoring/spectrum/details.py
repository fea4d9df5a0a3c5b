"""What an evaluation of a proto-model leaves out as a walk needs none of it: all results with CLs, and coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from protomodels.errors import PredictionError, ResultsError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import PROTO_OPTIONS, SpectrumPredictor
from protomodels.predictor.general.coverage import Coverage, coverage_of
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.spectrum.results import Result, results_of
from protomodels.spectrum import to_spectrum
from protomodels.tables import finite


@dataclass(frozen=True)
class Details:
    """All results that see a proto-model, and how much of it they see; the same as of a spectrum.

    Attributes
    ----------
    results: a row for each result, as :func:`protomodels.scoring.spectrum.results.results_of` gives them.
    coverage: how much of the produced cross section any result sees.
    """

    results: tuple[Result, ...]
    coverage: Coverage

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; what is not a finite number is None."""
        values = {"results": [row.to_dict() for row in self.results], "coverage": self.coverage.to_dict()}
        found: dict[str, Any] = finite(values)
        return found


def details_of(evaluation: Evaluation) -> Details:
    """The details of an evaluation, of the predictions that its K rests on.

    Raises
    ------
    ResultsError: where its predictor is not the compiled one, its results were compiled without the topologies of
        general models, or its data are those of a universe.
    PredictionError: where the model has too many decays to list them all.
    """
    compiled = evaluation.scorer.predictor
    if not isinstance(compiled, CompiledPredictor):
        raise ResultsError("results", compiled.name, "compiled results, for details of an evaluation")
    predictor, sections = SpectrumPredictor.of(compiled), evaluation.sections
    spectrum = to_spectrum(evaluation.model, sections)
    decomposed = predictor.decompose(spectrum, sections, PROTO_OPTIONS)
    predicted = predictor.predict(spectrum, sections, PROTO_OPTIONS, decomposed)
    coverage = coverage_of(predictor, spectrum, sections, PROTO_OPTIONS, decomposition=decomposed)
    return Details(results_of(predicted), coverage)


def described(evaluation: Evaluation) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The details as plain values, and why there are none: an answer with K is not held back for them."""
    try:
        return details_of(evaluation).to_dict(), ()
    except (PredictionError, ResultsError) as error:
        return {"results": [], "coverage": None}, (f"no results one by one, and no coverage: {error}",)

"""Files of any kind scored alike: proto-models with the walker's predictor, all others as spectra."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from protomodels.errors import ModelError
from protomodels.predictor.general import Options
from protomodels.production import cross_sections, in_order
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.spectrum.evaluation import SpectrumEvaluation
from protomodels.scoring.spectrum.reading import Read
from protomodels.scoring.spectrum.scorer import SpectrumScorer
from protomodels.spectrum import Spectrum, to_spectrum


@dataclass(frozen=True)
class FileScorer:
    """Evaluates what model files hold.

    Attributes
    ----------
    scorer: of proto-models.
    options: SModelS's parameters.  With others than their defaults a proto-model, too, is evaluated as a spectrum: its
        own predictor has fixed ones (:func:`.proto.options_for`).
    """

    scorer: Scorer
    options: Options = field(default_factory=Options)

    @cached_property
    def spectra(self) -> SpectrumScorer:
        """Of spectra, by the same choices.

        Raises
        ------
        ResultsError: where the scorer's predictor is not the compiled one.
        """
        return SpectrumScorer.of(self.scorer, self.options)

    def evaluate(self, read: Read | Spectrum) -> Evaluation | SpectrumEvaluation:
        """What the results say of a model.

        Raises
        ------
        ModelError, PredictionError, CombinationError: as the two scorers.
        ResultsError: where the results cannot predict spectra.
        """
        if isinstance(read, Spectrum):
            return self.spectra.evaluate(read)
        if read.model is not None and self.options == Options():
            return self.scorer.evaluate(read.model, read.sections)
        if read.spectrum is not None:
            return self.spectra.evaluate(read.spectrum)
        if read.model is None:
            raise ModelError("model", "nothing", "a proto-model or a spectrum")
        named = in_order(read.model, self.scorer.policy.reference_order)
        sections = cross_sections(named) if read.sections is None else read.sections
        return self.spectra.evaluate(to_spectrum(named, sections))

"""What results say of a model of any kind: one SpectrumEvaluation.

In go a spectrum, its cross sections and SModelS's parameters; out come a row for each result with its limits and CLs,
the critic's limits, the best combination with Z, and K where the model is a proto-model.

    results     one row a result: signal, limits, r, CLs
    sections    cross sections: the spectrum's own, or reference ones
    remarks     what has to be said beside the numbers: lifetimes, energies, missing cross sections
    evaluation  SpectrumEvaluation: all that is said
    scorer      SpectrumScorer: prediction, critic, combination and, for a proto-model, the prior
    report      an evaluation as tables
    reading     files of any kind: proto-models as such, all others as spectra
    files       FileScorer: both scored alike
"""

from protomodels.scoring.spectrum.evaluation import SpectrumEvaluation
from protomodels.scoring.spectrum.files import FileScorer
from protomodels.scoring.spectrum.reading import Read, read_file, read_text
from protomodels.scoring.spectrum.results import Result
from protomodels.scoring.spectrum.scorer import SpectrumScorer

__all__ = ["FileScorer", "Read", "Result", "SpectrumEvaluation", "SpectrumScorer", "read_file", "read_text"]

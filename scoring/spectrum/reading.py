"""Model files of any kind: proto-models come out as such, all others as spectra."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from protomodels.errors import ModelError
from protomodels.files import model_from_json
from protomodels.model import ProtoModel
from protomodels.predictor.general import Options
from protomodels.production import CrossSections
from protomodels.spectrum import Spectrum, as_proto_model, spectrum_of, with_multipliers
from protomodels.spectrum.encoding import contents, decoded, unpacked


@dataclass(frozen=True)
class Read:
    """What a file holds.

    Attributes
    ----------
    model: the proto-model; None for any other.
    sections: of the proto-model, where its file brings them.
    spectrum: the same, or the model of any other kind; None for a proto-model of a JSON file.
    """

    model: ProtoModel | None
    sections: CrossSections | None
    spectrum: Spectrum | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of how the file was read."""
        return () if self.spectrum is None else self.spectrum.notes


def read_file(path: str | Path, options: Options | None = None, allow_invalid: bool = False) -> Read:
    """A model from a file: JSON, SLHA or Les Houches events, packed by gzip or not; what is in it counts, not its name.

    Parameters
    ----------
    options: their ``promptWidth`` says which particles decay at once, as those of proto-models do.
    allow_invalid: read a point, too, that its generator calls invalid (SPINFO 4).

    Raises
    ------
    ModelError: naming the file, or the line or particle in it, the value and what is allowed.
    """
    if not isinstance(path, (str, Path)):
        raise ModelError("model", path, "a model, its plain values, or the path of a model file")
    data = contents(path, "a readable model file: JSON, SLHA or LHE")
    return read_text(data, str(path), options, allow_invalid)


def read_text(data: str | bytes, name: str, options: Options | None = None, allow_invalid: bool = False) -> Read:
    """The same from the text or the bytes of a file; errors are of this name."""
    text = decoded(unpacked(data, name) if isinstance(data, bytes) else data, name)
    if name.endswith(".json") or text.lstrip()[:1] in ("{", "["):
        return Read(model_from_json(text, name), None, None)
    spectrum = spectrum_of(text, name, allow_invalid)
    try:
        chosen = options or Options()
        model = as_proto_model(spectrum, chosen.promptWidth, chosen.stableWidth)
    except ModelError:
        return Read(None, None, spectrum)  # SpectrumScorer says why
    if spectrum.sections is None:
        return Read(model, None, spectrum)
    return Read(*with_multipliers(model, spectrum.sections), spectrum)

"""A model file of any kind, known by what is in it."""

from __future__ import annotations

from pathlib import Path

from protomodels.errors import ModelError
from protomodels.spectrum.encoding import contents, decoded, unpacked
from protomodels.spectrum.events import is_events
from protomodels.spectrum.lhe import read_events
from protomodels.spectrum.reader import read_spectrum
from protomodels.spectrum.spectrum import Spectrum


def load_spectrum(path: str | Path, allow_invalid: bool = False) -> Spectrum:
    """A model of any kind from a file: SLHA or Les Houches events, packed by gzip or not; its name does not matter.

    Parameters
    ----------
    path: of the file, of at most 50 MB unpacked.
    allow_invalid: read a point, too, that its generator calls invalid (SPINFO 4).

    Raises
    ------
    ModelError: naming the file, or the line or the particle in it, the value and what is allowed.
    """
    return spectrum_of(contents(path, "a readable file with SLHA or Les Houches events"), str(path), allow_invalid)


def spectrum_of(data: str | bytes, name: str, allow_invalid: bool = False) -> Spectrum:
    """The same from the text or the bytes of a file.

    >>> spectrum_of("BLOCK MASS\\n 1000022 200 # ~chi_10", "point 1").particles[1000022].name
    'X_Z1'
    """
    text = decoded(unpacked(data, name) if isinstance(data, bytes) else data, name)
    if text.lstrip()[:1] in ("{", "["):
        raise ModelError(name, "JSON", "SLHA or Les Houches events; proto-models in JSON are read by load_model")
    read = read_events if is_events(text) else read_spectrum
    return read(text, name, allow_invalid)

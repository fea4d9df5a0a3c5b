"""Models of any kind: all new particles of a spectrum, with their widths and decays.

A proto-model is the walker's own, small model; a spectrum is what people bring in files.

    spectrum    what a model is: particles, decays, widths, cross sections
    loading     load_spectrum: a file, by what is in it
    encoding    its bytes as text
    reader      read_spectrum: SLHA
    document    SLHA text as blocks, decays and cross sections
    spelling    numbers as generators spell them
    entries     masses, quantum numbers, mixing; is the point valid
    rates       widths and decays
    processes   cross sections
    known       particles whose quantum numbers need not be said
    identity    quantum numbers that follow from decays
    assembly    all of it put together
    lhe         read_events: Les Houches events
    events      their text as beams, banner and particles
    counting    masses, decays and produced pairs, counted
    proto       to_spectrum, as_proto_model: proto-models among spectra
    reference/  cross sections of a spectrum that brings none
"""

from protomodels.spectrum.lhe import read_events
from protomodels.spectrum.loading import load_spectrum, spectrum_of
from protomodels.spectrum.proto import as_proto_model, to_spectrum, with_multipliers
from protomodels.spectrum.reader import read_spectrum
from protomodels.spectrum.reference import reference_sections
from protomodels.spectrum.spectrum import PROMPT, Decay, NewParticle, Spectrum

__all__ = [
    "PROMPT",
    "Decay",
    "NewParticle",
    "Spectrum",
    "as_proto_model",
    "load_spectrum",
    "read_events",
    "read_spectrum",
    "reference_sections",
    "spectrum_of",
    "to_spectrum",
    "with_multipliers",
]

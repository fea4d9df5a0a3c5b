"""Models of any kind: all new particles of a spectrum, with their widths and decays.

A proto-model is the walker's own, small model; a spectrum is what people bring in files.

    spectrum  what a model is: particles, decays, widths, cross sections
"""

from protomodels.spectrum.spectrum import Decay, NewParticle, Spectrum

__all__ = ["Decay", "NewParticle", "Spectrum"]

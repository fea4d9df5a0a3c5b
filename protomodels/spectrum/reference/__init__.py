"""Reference cross sections of a spectrum that brings none, from the tables of :mod:`protomodels.xsec`.

sections     reference_sections: all pairs, and those that have none
composition  what neutralinos, charginos and staus are made of
look         many points of one table at once
strong       squarks, gluino, stops and sbottoms
currents     charginos and neutralinos through a W, a Z, a photon
sleptons     left, right and mixed ones
semiweak     a squark or gluino with a chargino or neutralino
expected     the pairs that one would expect
exchange     winos beside squarks that are not much heavier
"""

from protomodels.spectrum.reference.exchange import too_large
from protomodels.spectrum.reference.sections import reference_sections

__all__ = ["reference_sections", "too_large"]

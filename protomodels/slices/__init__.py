"""Random full spectra for trying scans: slices of the MSSM with consistent masses, mixing, decays and cross sections.

Parameters come in, or a seed; SLHA text goes out.  All is at tree level, with reference cross sections: good for trying
a search, not for statements about the MSSM.

    points       random_points, point_of: parameters, and all that follows as SLHA
    files        points as files and as tables
    inos         charginos and neutralinos: masses, mixing, couplings
    electroweak  their decays into each other
    strong       decays of squarks and gluinos
    widths       partial widths, once couplings are known
    constants    of the Standard Model
"""

from protomodels.slices.points import SLICES, Point, Range, point_of, random_points

__all__ = ["SLICES", "Point", "Range", "point_of", "random_points"]

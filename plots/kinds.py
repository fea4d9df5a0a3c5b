"""Which pictures there are of a proto-model."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Of a proto-model; the last four are computed from its results, which have to be compiled on this machine."""

    SPECTRUM = "spectrum"
    DECAYS = "decays"
    CONTRIBUTIONS = "contributions"
    LIMITS = "limits"
    LIKELIHOODS = "likelihoods"
    WITHOUT = "without"
    COMBINATION = "combination"
    MASSES = "masses"

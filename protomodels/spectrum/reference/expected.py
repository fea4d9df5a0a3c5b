"""The pairs that one would expect from the beams, whether a table has them or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement
from typing import Final

from protomodels.model import Pair
from protomodels.spectrum.known import HIGGSES
from protomodels.spectrum.processes import NOTHING
from protomodels.spectrum.reference.composition import CHARGED, NEUTRAL
from protomodels.spectrum.reference.strong import GLUINO, LEFT, THIRD
from protomodels.spectrum.spectrum import NewParticle

_LIGHT: Final = (*LEFT, *(pid + 1000000 for pid in LEFT))
_FAMILIES: Final = ((1000011, 2000011, 1000012), (1000013, 2000013, 1000014), (1000015, 2000015, 1000016))
_RIGHT_ALONE: Final = {(1000012, 2000011), (1000014, 2000013), (1000011, 2000011), (1000013, 2000013)}
"""No current makes these."""


def expected_pairs(particles: Iterable[NewParticle]) -> Iterator[Pair]:
    """Pairs of positive pids in ascending order, whatever the charges; (0, pid) for a resonance.

    Those of two light squarks, a light squark or gluino with a chargino or neutralino, two charginos or neutralinos,
    sleptons of one family, Higgs bosons; all others with their own antiparticle, neutral even ones also alone.  Stops
    and sbottoms with anything else need a heavy quark in the proton, and are not expected.
    """
    listed = sorted(particles, key=lambda particle: particle.pid)
    present = {particle.pid for particle in listed}
    inos = [pid for pid in sorted((*NEUTRAL, *CHARGED)) if pid in present]
    light = [pid for pid in _LIGHT if pid in present]
    strong = [pid for pid in (*light, GLUINO) if pid in present]
    groups: list[Iterable[Pair]] = [combinations_with_replacement(inos, 2)]
    if GLUINO in present:
        groups.append(combinations_with_replacement(strong, 2))
    groups.append((a, b) for a in strong if light for b in inos if not (a in _LIGHT[4:] and b in CHARGED))
    families = ([pid for pid in family if pid in present] for family in _FAMILIES)
    groups.extend(combinations_with_replacement(family, 2) for family in families)
    groups.append(combinations_with_replacement([pid for pid in HIGGSES if pid in present], 2))
    known = {*inos, *light, GLUINO, *THIRD, *(pid for family in _FAMILIES for pid in family), 1000039}
    others = [p for p in listed if p.pid not in known]
    groups.append((p.pid, p.pid) for p in [*others, *(p for p in listed if p.pid in (*light, *THIRD))])
    groups.append((NOTHING, p.pid) for p in others if not p.odd and p.thrice_charge == 0)
    for group in groups:
        for a, b in group:
            pair = (min(a, b), max(a, b))
            if pair not in _RIGHT_ALONE:
                yield pair

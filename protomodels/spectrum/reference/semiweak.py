"""A squark or gluino with a chargino or neutralino; couplings as in :mod:`protomodels.xsec.mixing`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from protomodels.settings import ReferenceOrder
from protomodels.spectrum.reference.composition import Composition
from protomodels.spectrum.reference.look import Found, look, ordered
from protomodels.spectrum.reference.strong import GLUINO, LEFT
from protomodels.xsec.constants import COS, SIN
from protomodels.xsec.processes import ISOSPIN_PARTNER, SQUARKS

_CHARGE: Final = {"d": -1.0 / 3.0, "u": 2.0 / 3.0, "s": -1.0 / 3.0, "c": 2.0 / 3.0}


def quark_squark_neutralino(quark: str, right: bool, row: tuple[complex, ...]) -> complex:
    """Coupling of quark, squark and neutralino in units of e.

    sqrt 2 [T3 N_wino + tan(theta_W) N_bino / 6] / sin(theta_W) of left squarks, sqrt 2 tan(theta_W) Q N_bino /
    sin(theta_W) of right ones; without Yukawa couplings.
    """
    if right:
        return math.sqrt(2.0) * _CHARGE[quark] / COS * row[0]
    isospin = 0.5 if quark in "uc" else -0.5
    return math.sqrt(2.0) * (isospin * row[1] + SIN / COS * row[0] / 6.0) / SIN


def squark_pairs(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """A quark and a gluon to a squark of the first two generations and a chargino or neutralino."""
    found: Found = {}
    squarks = [(pid, shift) for shift in (0, 1000000) for pid in LEFT if pid + shift in masses]
    keys = [
        (pid + shift, SQUARKS[pid], bool(shift), chi)
        for pid, shift in squarks
        for chi in (*made.neutral, *made.charged)
    ]
    if not keys:
        return found
    table = look("squark_chi", order, [(masses[squark], masses[chi]) for squark, _, _, chi in keys])
    for place, (squark, quark, right, chi) in enumerate(keys):
        if chi in made.neutral:
            strength = abs(quark_squark_neutralino(quark, right, made.neutral[chi])) ** 2
            for sign, ending in ((1, ""), (-1, "bar")):
                found[ordered(sign * squark, chi)] = strength * table.sigma(quark + ending)[place]
        elif not right:
            # u g -> X_d X_W+, d g -> X_u X_W-: the charge is that of the incoming quark less the squark's
            charge, incoming = (1 if quark in "ds" else -1), ISOSPIN_PARTNER[quark]
            strength = abs(made.charged[chi][0 if quark in "ds" else 2] / SIN) ** 2
            for sign, ending in ((1, ""), (-1, "bar")):
                pair = ordered(sign * squark, sign * charge * chi)
                found[pair] = strength * table.sigma(incoming + ending)[place]
    return found


def gluino_pairs(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """Quark and antiquark to a gluino and a chargino or neutralino, through the squarks of the spectrum."""
    found: Found = {}
    if GLUINO not in masses:
        return found
    squarks = [(pid, shift) for shift in (0, 1000000) for pid in LEFT if pid + shift in masses]
    points = [(masses[GLUINO], masses[chi], masses[pid + shift]) for chi in made.neutral for pid, shift in squarks]
    if points:
        table, place = look("gluino_chi", order, points), 0
        for chi, row in made.neutral.items():
            for pid, shift in squarks:
                quark = SQUARKS[pid]
                c = quark_squark_neutralino(quark, bool(shift), row)
                one, both = (table.sigma(f"{part}_{quark}_{quark}bar")[place] for part in ("one", "both"))
                pair = ordered(GLUINO, chi)
                found[pair] = found.get(pair, 0.0) + 2.0 * abs(c) ** 2 * one - 2.0 * (c * c).real * both
                place += 1
    for chi, (u, _, v, _) in made.charged.items():
        for up, down, quarks in (("u", "d", (1000002, 1000001)), ("c", "s", (1000004, 1000003))):
            strengths = {1: abs(u / SIN) ** 2, 0: abs(v / SIN) ** 2}  # X_W+ with the down, X_W- with the up squark
            present = [i for i in (0, 1) if quarks[i] in masses]
            legs = [masses[quarks[i]] for i in present]
            if not legs:
                continue
            table = look(
                "gluino_chi", order, [(masses[GLUINO], masses[chi], m) for m in (*legs, sum(legs) / len(legs))]
            )
            for sign, incoming in ((1, f"{up}_{down}bar"), (-1, f"{down}_{up}bar")):
                total = sum(strengths[i] * table.sigma(f"one_{incoming}")[n] for n, i in enumerate(present))
                if len(present) == 2:
                    total = total - 2.0 * (u * v).real / SIN**2 * table.sigma(f"both_{incoming}")[2]
                pair = ordered(sign * chi, GLUINO)
                found[pair] = found.get(pair, 0.0) + total
    return found

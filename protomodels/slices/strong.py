"""Decays of squarks and gluinos, with the couplings of their charginos and neutralinos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.slices.constants import ALPHA_S, MB, MT, MW, TW, G
from protomodels.slices.electroweak import CHARGED, NEUTRAL, Widths
from protomodels.slices.inos import Inos
from protomodels.slices.widths import scalar_to_fermions, three_bodies

GLUINO: Final = 1000021
LEFT: Final = {1000001: 1, 1000002: 2, 1000003: 3, 1000004: 4}
RIGHT: Final = {pid + 1000000: quark for pid, quark in LEFT.items()}
SBOTTOM: Final = 1000005
STOP: Final = 1000006
_MASS: Final = {5: MB, 6: MT}
"""GeV, of quarks that are not taken as massless."""


@dataclass(frozen=True)
class Coloured:
    """Masses of coloured sparticles, GeV.

    Attributes
    ----------
    gluino, left, right: of the gluino, of left- and right-handed squarks of two generations.
    stop, sbottom: of the lighter ones; the heavier ones are out of reach.
    angle: the lighter stop is cos(angle) left + sin(angle) right; the lighter sbottom is left-handed.
    """

    gluino: float
    left: float
    right: float
    stop: float
    sbottom: float
    angle: float

    def masses(self) -> dict[int, float]:
        """By pid."""
        found = dict.fromkeys(LEFT, self.left) | dict.fromkeys(RIGHT, self.right)
        return found | {STOP: self.stop, SBOTTOM: self.sbottom, GLUINO: self.gluino}


Coupling = tuple[int, int, float, float]
"""Quark, signed pid of a chargino or neutralino, and the couplings to left- and right-handed quarks."""


def couplings(pid: int, own: Inos, angle: float) -> Iterator[Coupling]:
    """What a squark couples to: Haber and Kane, appendix C, with Yukawa couplings of the third generation."""
    quark = {STOP: 6, SBOTTOM: 5}.get(pid) or LEFT.get(pid) or RIGHT[pid]
    up = quark % 2 == 0
    charge, isospin = (2.0 / 3.0, 0.5) if up else (-1.0 / 3.0, -0.5)
    c, s = (np.cos(angle), np.sin(angle)) if pid == STOP else (0.0, 1.0) if pid in RIGHT else (1.0, 0.0)
    y_top = G * MT / (np.sqrt(2.0) * MW * np.sin(own.beta)) if quark in (5, 6) else 0.0
    y_bottom = G * MB / (np.sqrt(2.0) * MW * np.cos(own.beta)) if quark in (5, 6) else 0.0
    y, higgsino = (y_top, 3) if up else (y_bottom, 2)
    for j, ino in enumerate(NEUTRAL):
        n = own.n[j]
        of_left = np.sqrt(2.0) * G * (isospin * n[1] + TW * (charge - isospin) * n[0])
        of_right = -np.sqrt(2.0) * G * TW * charge * n[0]
        yield quark, ino, c * of_left + s * y * n[higgsino], s * of_right + c * y * n[higgsino]
    partner = quark - 1 if up else quark + 1
    mixing, other = (own.v, own.u) if up else (own.u, own.v)
    for j, ino in enumerate(CHARGED):
        of_partner = y_bottom if up else y_top
        left = -G * c * mixing[j, 0] + s * y * mixing[j, 1]
        yield partner, ino if up else -ino, left, c * of_partner * other[j, 1]


def strong_widths(masses: Coloured, own: Inos) -> Mapping[int, Widths]:
    """Partial widths of all squarks and the gluino, by pid."""
    heavy = {**masses.masses()}
    found: dict[int, Widths] = {}
    inos = _ino_masses(own)
    for pid, mass in heavy.items():
        if pid == GLUINO:
            continue
        widths: Widths = {}
        for quark, ino, left, right in couplings(pid, own, masses.angle):
            width = scalar_to_fermions(mass, _MASS.get(quark, 0.0), inos[abs(ino)], left, right)
            if width > 0.0:
                widths[ino, quark] = width
        quark = {STOP: 6, SBOTTOM: 5}.get(pid) or LEFT.get(pid) or RIGHT[pid]
        if mass > masses.gluino + _MASS.get(quark, 0.0):
            widths[GLUINO, quark] = 2.0 / 3.0 * ALPHA_S * mass * (1.0 - (masses.gluino / mass) ** 2) ** 2
        if pid == STOP and not widths:
            widths = _compressed_stop(mass, inos)
        found[pid] = widths
    found[GLUINO] = _gluino(masses, own, inos)
    return found


def _ino_masses(own: Inos) -> dict[int, float]:
    """With their signs, by pid."""
    return dict(zip((*NEUTRAL, *CHARGED), [*own.neutral.tolist(), *own.charged.tolist()], strict=True))


def _compressed_stop(mass: float, inos: Mapping[int, float]) -> Widths:
    """To b W and the lightest neutralino where these fit, else to c: prompt, with a width that is only a sign of it."""
    lightest = NEUTRAL[0]
    gap = mass - abs(inos[lightest])
    daughters = (lightest, 5, 24) if gap > MW + MB else (lightest, 4)
    return {daughters: 1e-6} if gap > 0.0 else {}


def _gluino(masses: Coloured, own: Inos, inos: Mapping[int, float]) -> Widths:
    """To squarks where any is lighter, else to two quarks and a chargino or neutralino."""
    two: Widths = {}
    three: Widths = {}
    m = masses.gluino
    for pid, mass in masses.masses().items():
        if pid == GLUINO:
            continue
        quark = {STOP: 6, SBOTTOM: 5}.get(pid) or LEFT.get(pid) or RIGHT[pid]
        if m > mass + _MASS.get(quark, 0.0):
            width = ALPHA_S / 8.0 * m * (1.0 - (mass / m) ** 2) ** 2
            two |= {(pid, -quark): width, (-pid, quark): width}
            continue
        for other, ino, left, right in couplings(pid, own, masses.angle):
            quarks = _MASS.get(quark, 0.0) + _MASS.get(other, 0.0)
            width = three_bodies(m, mass, inos[abs(ino)], quarks, float(np.hypot(left, right)))
            # a virtual squark or its antiparticle: each gives half of what is there
            for sign in (1, -1) if abs(ino) in CHARGED else (1,):
                key = (sign * ino, -sign * quark, sign * other)
                three[key] = three.get(key, 0.0) + width / (2.0 if abs(ino) in CHARGED else 1.0)
    return two or {key: width for key, width in three.items() if width > 0.0}

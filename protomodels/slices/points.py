"""Random points of a slice: parameters, and the spectrum that follows from them as SLHA text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.errors import ConfigError
from protomodels.production import CrossSections
from protomodels.settings import NEWER_ORDER
from protomodels.slices.electroweak import CHARGED, NEUTRAL, Widths, ino_widths
from protomodels.slices.inos import Inos, inos
from protomodels.slices.strong import Coloured, strong_widths
from protomodels.spectrum import reference_sections, spectrum_of
from protomodels.spectrum.proto import PROMPT_WIDTH

PB: Final = 1000.0
"""fb."""
TRIES: Final = 1000
"""Of parameters, until all particles but the lightest decay at once."""
SMALLEST: Final = 1e-5
"""Branching ratios below are left out."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a parameter is drawn from, uniformly; with either sign where ``signed``."""

    low: float
    high: float
    signed: bool = False


_ELECTROWEAK: Final = {
    "M1": Range(50.0, 1000.0),
    "M2": Range(100.0, 1200.0),
    "mu": Range(100.0, 1200.0, signed=True),
    "tan_beta": Range(3.0, 60.0),
}
SLICES: Final[Mapping[str, Mapping[str, Range]]] = {
    "electroweak": _ELECTROWEAK,
    "strong": _ELECTROWEAK
    | {
        "M3": Range(800.0, 3000.0),
        "mQ": Range(800.0, 3000.0),
        "mR": Range(800.0, 3000.0),
        "mt1": Range(300.0, 2000.0),
        "mb1": Range(500.0, 2000.0),
        "theta": Range(0.0, np.pi),
    },
}
"""Parameters of each slice: GeV, but for tan beta and the mixing angle of the stop."""


@dataclass(frozen=True)
class Point:
    """A point of a slice.

    Attributes
    ----------
    name: of its file.
    parameters: that it was made from.
    slha: text with masses, mixing, decays and cross sections at 8 and 13 TeV.
    """

    name: str
    parameters: Mapping[str, float]
    slha: str


def check_slice(kind: str) -> Mapping[str, Range]:
    """The parameters of a slice.

    Raises
    ------
    ConfigError: where there is none of this name.
    """
    if kind not in SLICES:
        raise ConfigError("slice", kind, " or ".join(SLICES))
    return SLICES[kind]


def random_points(kind: str, n: int, seed: int = 0) -> Iterator[Point]:
    """Random points, one after the other; point i is the same whatever n is.

    Points with a particle that does not decay at once (other than the lightest neutralino), or whose lightest particle
    is no neutralino, are drawn again.

    Parameters
    ----------
    kind: ``electroweak`` or ``strong``.

    Raises
    ------
    ConfigError: where there is no such slice, or a number is negative.

    >>> [point.name for point in random_points("electroweak", 2, seed=7)]
    ['electroweak-7-000000.slha', 'electroweak-7-000001.slha']
    """
    ranges = check_slice(kind)
    if n < 0 or seed < 0:
        raise ConfigError("n, seed", (n, seed), "whole numbers, not negative")
    for number in range(n):
        rng = np.random.default_rng([seed, sorted(SLICES).index(kind), number])
        name = f"{kind}-{seed}-{number:06d}.slha"
        for _ in range(TRIES):
            point = point_of(kind, {own: _drawn(where, rng) for own, where in ranges.items()}, name)
            if point is not None:
                yield point
                break


def point_of(kind: str, parameters: Mapping[str, float], name: str) -> Point | None:
    """The point of these parameters; None where its lightest particle is no neutralino, or others are not prompt.

    Raises
    ------
    ConfigError: where there is no such slice, or a parameter is missing or outside of its range.
    """
    for own, where in check_slice(kind).items():
        value = parameters.get(own, np.nan)
        size = abs(value) if where.signed else value
        if not where.low <= size <= where.high:
            sign = ", of either sign" if where.signed else ""
            raise ConfigError(own, value, f"between {where.low:g} and {where.high:g}{sign}")
    own_inos = inos(*(parameters[key] for key in ("M1", "M2", "mu", "tan_beta")))
    masses = dict(zip((*NEUTRAL, *CHARGED), [*own_inos.neutral.tolist(), *own_inos.charged.tolist()], strict=True))
    widths = dict(ino_widths(own_inos))
    if kind == "strong":
        coloured = Coloured(*(parameters[key] for key in ("M3", "mQ", "mR", "mt1", "mb1", "theta")))
        masses |= coloured.masses()
        widths |= strong_widths(coloured, own_inos)
    lightest = NEUTRAL[0]
    if min(map(abs, masses.values())) < abs(masses[lightest]):
        return None
    if any(sum(widths[pid].values()) <= PROMPT_WIDTH for pid in masses if pid != lightest):
        return None
    return Point(name, dict(parameters), _slha(name, masses, widths, own_inos))


def _drawn(where: Range, rng: np.random.Generator) -> float:
    value = float(rng.uniform(where.low, where.high))
    return -value if where.signed and rng.uniform() < 0.5 else value


def _slha(name: str, masses: Mapping[int, float], widths: Mapping[int, Widths], own: Inos) -> str:
    lines = ["BLOCK MASS", *(f" {pid} {mass:.6f}" for pid, mass in masses.items())]
    for block, matrix in (("NMIX", own.n), ("UMIX", own.u), ("VMIX", own.v)):
        lines.append(f"BLOCK {block}")
        lines += [f" {i + 1} {j + 1} {value:.8f}" for (i, j), value in np.ndenumerate(matrix)]
    for pid in masses:
        total = sum(widths.get(pid, {}).values())
        lines.append(f"DECAY {pid} {total:.8e}")
        lines += [
            f" {width / total:.8e} {len(daughters)} {' '.join(map(str, daughters))}"
            for daughters, width in widths.get(pid, {}).items()
            if width >= SMALLEST * total
        ]
    text = "\n".join(lines) + "\n"
    sections, _ = reference_sections(spectrum_of(text, name), order=NEWER_ORDER)
    return text + "".join(_sections(sections))


def _sections(sections: CrossSections) -> Iterator[str]:
    for row, pair in enumerate(sections.pairs):
        for column, energy in enumerate(sections.sqrts):
            sigma = float(sections.sigma[row, column])
            if sigma > 0.0:
                yield f"XSECTION {1000.0 * energy:.2E} 2212 2212 2 {pair[0]} {pair[1]}\n"
                yield f" 0 0 0 0 0 0 {sigma / PB:.8E} protomodels\n"

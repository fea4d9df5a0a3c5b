"""Spectra the size of a few lines of text, as inline SVG with LaTeX-like symbols."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from protomodels.particles import MASS_CEILING, PARTICLES
from protomodels.plots.figure import color_of

_WIDTH: Final = 30.0
"""Pixels of a particle."""
_HEIGHT: Final = 48.0
_ABOVE: Final = 18.0
"""Pixels for the symbol of a particle at the highest mass."""
_GREEK: Final = (("\\nu", "ν"), ("\\mu", "μ"), ("\\tau", "τ"), ("_", ""))


def thumbnail(masses: Mapping[int, float]) -> Markup:
    """A spectrum: each particle at its mass, the heaviest first, with its symbol above it.

    Parameters
    ----------
    masses: GeV, by PDG id; all drawings have the same scale.
    """
    heavy = sorted(masses, key=lambda pid: -masses[pid])
    width, height = _WIDTH * max(len(heavy), 1), _HEIGHT + _ABOVE + 4.0
    parts = []
    for place, pid in enumerate(heavy):
        y = _ABOVE + _HEIGHT * (1.0 - min(masses[pid] / MASS_CEILING, 1.0)) + 2.0
        x, color = place * _WIDTH, color_of(place)
        parts.append(
            f'<line x1="{x + 3:.0f}" x2="{x + _WIDTH - 3:.0f}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{color}" stroke-width="3"/>'
            f'<text x="{x + 7:.0f}" y="{y - 7:.1f}" fill="currentColor" font-size="13" font-style="italic">'
            f"{_symbol(pid)}</text>"
        )
    box = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    words = ", ".join(f"{PARTICLES[pid].name} {masses[pid]:.0f}" for pid in heavy)
    # all of it is numbers and names of the particle table: nothing that was stored is written as it is
    return Markup(f'<svg class="thumb" {box} role="img" aria-label="{words}">{"".join(parts)}</svg>')  # noqa: S704  # nosec B704


def _symbol(pid: int) -> str:
    """The symbol as SVG: what is below and above the line is smaller, and moved."""
    found = re.fullmatch(r"X_\{(.*?)\}(?:\^\{(.*?)\})?", PARTICLES[pid].latex)
    if found is None:
        return PARTICLES[pid].name
    below, above = found[1], found[2] or ""
    for name, letter in _GREEK:
        below = below.replace(name, letter)
    out = f'X<tspan dy="4" font-size="8">{below}</tspan>'
    # dx moves the second back over the first
    return out + (f'<tspan dy="-10" dx="-5" font-size="8">{above}</tspan>' if above else "")

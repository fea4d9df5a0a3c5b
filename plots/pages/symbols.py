"""Particles in LaTeX: matplotlib draws what stands between dollar signs, pages need it as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from protomodels.particles import PARTICLES, SM_LABELS

_GREEK: Final = (("\\nu", "ν"), ("\\mu", "μ"), ("\\tau", "τ"))


def latex(pid: int) -> str:
    """The symbol of a particle.

    >>> latex(1000006)
    '$X_{t}^{1}$'
    """
    return f"${PARTICLES[pid].latex}$"


def standard_latex(pid: int) -> str:
    """The symbol of a Standard Model particle.

    >>> standard_latex(6), standard_latex(14), standard_latex(15)
    ('$t$', '$\\\\nu_\\\\mu$', '$\\\\tau$')
    """
    return "$" + re.sub(r"nu|mu|tau", r"\\\g<0>", SM_LABELS[pid]) + "$"


def content_latex(pids: Iterable[int]) -> str:
    """The symbols of some particles, in their order.

    >>> content_latex([1000006, 1000022])
    '$X_{t}^{1}$ $X_{Z}^{1}$'
    """
    return " ".join(latex(pid) for pid in pids)


def as_html(text: str) -> str:
    """A text with what stands between dollar signs as HTML; the rest is left as it is.

    >>> as_html("$X_{t}^{1}$ 830"), as_html(r"$X_{\\nu_e}$")
    ('X<sub>t</sub><sup>1</sup> 830', 'X<sub>ν<sub>e</sub></sub>')
    """
    return re.sub(r"\$([^$]*)\$", lambda found: _html(found[1]), text)


def _html(symbol: str) -> str:
    for name, letter in _GREEK:
        symbol = symbol.replace(name, letter)
    symbol = re.sub(r"(?<=[νμτ])_(\w|[νμτ])", r"<sub>\1</sub>", symbol)
    symbol = re.sub(r"\^\{(\w)\}", r"<sup>\1</sup>", symbol)
    return re.sub(r"_\{(.*?)\}", r"<sub>\1</sub>", symbol)

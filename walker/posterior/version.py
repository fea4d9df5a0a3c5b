"""Which sampler makes a chain."""

from __future__ import annotations

from typing import Final

SAMPLER_VERSION: Final = 2
"""Raised by every change after which a seed gives another chain of a posterior: of prior, likelihood, moves, ladder, of
how random numbers are drawn.  A posterior keeps the version that began it (those that wrote none have 1), and another
version does not go on with it: its chain would be that of neither."""

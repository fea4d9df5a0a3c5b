"""Which search makes a chain."""

from __future__ import annotations

from typing import Final

SEARCH_VERSION: Final = 10
"""Raised by every change after which a seed gives another chain: of moves, of acceptance, of exchange, of how random
numbers are drawn, of K itself.  A run keeps the version that began it (those of protomodels 0.1.0, which wrote none,
have 1), and another version does not go on with it: its chain would be that of neither."""

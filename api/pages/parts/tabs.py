"""The parts of the page of a proto-model, each a tab: without scripts they stand one below the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protomodels.plots.kinds import BOUNDS, IDENTITY, OTHERS, ROBUST, SCORE, FigureKind, kinds_by_section

_KEYS: Final = {
    "what": IDENTITY,
    "why": SCORE,
    "limits": BOUNDS,
    "robust": ROBUST,
    "could-be": OTHERS,
    "history": "History",
}


@dataclass(frozen=True)
class Tab:
    """A part of a page: its key in addresses, its heading and its pictures."""

    key: str
    title: str
    kinds: tuple[FigureKind, ...]


def protomodel_tabs() -> list[Tab]:
    """The parts of the page of a proto-model; pictures of sections of a user's own come last.

    >>> [tab.key for tab in protomodel_tabs()]
    ['what', 'why', 'limits', 'robust', 'could-be', 'history']
    """
    sections = kinds_by_section()
    tabs = [Tab(key, title, tuple(sections.pop(title, ()))) for key, title in _KEYS.items()]
    return [*tabs, *(Tab(f"more-{n}", title, tuple(kinds)) for n, (title, kinds) in enumerate(sections.items(), 1))]

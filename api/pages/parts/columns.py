"""Columns of the table of hiscores, chosen by the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ConfigError


@dataclass(frozen=True)
class Column:
    """A column: its name in addresses, its heading, what it means; ``sort``: what the list is sorted by there."""

    name: str
    shown: str
    meaning: str
    sort: str = ""
    numeric: bool = True


_ALL: Final = (
    Column("K", "K", "", "K"),
    Column("Z", "Z", "", "Z"),
    Column("spectrum", "spectrum", "", numeric=False),
    Column("masses", "particles, GeV", "", numeric=False),
    Column("particles", "particles", "How many particles it has.", "particles"),
    Column("verdict", "verdict", "", numeric=False),
    Column("without", "K without strongest", "K without the analysis that gives most.", "without_strongest"),
    Column("mu-hat", "μ̂", ""),
    Column("mu-max", "μ-max", ""),
    Column("branchings", "branching ratios", "How many branching ratios the prior counts."),
    Column("multipliers", "multipliers", "How many signal strength multipliers the prior counts."),
    Column("run", "run", "", numeric=False),
    Column("walker", "walker", ""),
    Column("step", "step", "The step of the walker at which it was found."),
    Column("found", "found (UTC)", "When it was stored.", "newest"),
)
COLUMNS: Final = {column.name: column for column in _ALL}
"""By name, in the order in which the page offers them."""
SHOWN: Final = ("K", "Z", "spectrum", "masses", "particles", "verdict", "without", "run", "found")
"""Where nothing else is asked for."""


def chosen_columns(asked: Sequence[str]) -> list[Column]:
    """The columns that an address asks for, in its order.

    Parameters
    ----------
    asked: names, each alone or several with commas between them.

    Raises
    ------
    ConfigError: where there is no such column.

    >>> [column.shown for column in chosen_columns(["K,run", "K"])]
    ['K', 'run']
    """
    names = [name.strip() for text in asked for name in text.split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            raise ConfigError("columns", name, "some of " + ", ".join(COLUMNS))
    return [COLUMNS[name] for name in dict.fromkeys(names or SHOWN)]

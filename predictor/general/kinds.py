"""Do the analyses behind a topology look for prompt or for displaced decays?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from protomodels.errors import ResultsError
from protomodels.predictor.general.results import Tables
from protomodels.predictor.maps import cells as at

PROMPT: Final = 1
DISPLACED: Final = 2
OTHER: Final = 4
"""Kinds of analyses, a bit each; a few of the database are of neither kind, as their text has another word there."""


class Kinds:
    """Kinds of the analyses behind each topology and each entry of the maps.

    Parameters
    ----------
    listed: catalog rows of analyses that are not of prompt decays, by what the database calls them.

    Attributes
    ----------
    of_rows, of_cells: of each entry of ``cells.rows``, and of each upper limit by its cell.
    of_topologies: of all maps of a topology.

    Raises
    ------
    ResultsError: where the results were compiled without.
    """

    def __init__(self, tables: Tables, listed: Mapping[str, Sequence[int]] | None) -> None:
        if listed is None:
            allowed = "compiled again (protomodels results forget, then open them)"
            raise ResultsError("results", "compiled without the kinds of analyses", allowed)
        cells = tables.cells
        rows = np.concatenate([cells.rows, cells.cells[:, at.ROWS]])
        kinds = np.full(len(rows), PROMPT, dtype=np.int64)
        for name, own in listed.items():
            kinds[np.isin(rows, own)] = DISPLACED if name == "displaced" else OTHER
        self.of_rows, self.of_cells = kinds[: len(cells.rows)], kinds[len(cells.rows) :]
        self.of_topologies = np.zeros(len(cells.topologies), dtype=np.int64)
        for number, topology in enumerate(cells.topologies):
            for cell in range(topology[at.FIRST], topology[at.END]):
                self.of_topologies[number] |= self.of_cell(tables, cell)

    def of_cell(self, tables: Tables, cell: int) -> int:
        """Kinds of the analyses behind one cell."""
        first, width = tables.cells.cells[cell, at.ROWS], tables.cells.cells[cell, at.WIDTH]
        own = self.of_rows[first : first + width] if width > 0 else self.of_cells[cell : cell + 1]
        return int(np.bitwise_or.reduce(own))

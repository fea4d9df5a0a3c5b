"""Where in a plane of two columns models are excluded, could have been, or are small excesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.reading import Piece, columns_of, pieces
from protomodels.campaign.excesses.selection import EXPECTED, check_columns
from protomodels.errors import ConfigError

Floats = NDArray[np.float64]

ALLOWED: Final = "allowed"
EXCLUDED: Final = "excluded"
SPARED: Final = "expected to be excluded, and not excluded"
SMALL: Final = "small excess"
SHOWN: Final = 5_000
"""Points of each kind, chosen at random where there are more."""


@dataclass(frozen=True)
class Plane:
    """Models in a plane.

    Attributes
    ----------
    x, y: names of the columns.
    points: of each kind, (n, 2); a small excess is one in at least one analysis.
    counted: how many there are of each kind.
    """

    x: str
    y: str
    points: Mapping[str, Floats]
    counted: Mapping[str, int]


def plane(table: str | Path, x: str, y: str, criteria: Criteria | None = None, seed: int = 0) -> Plane:
    """Sort the models of a table into kinds; those without an answer, or without either number, are left out.

    Raises
    ------
    ConfigError: where there is no such column, or the table is none of `scan --excesses`.
    """
    path, chosen = Path(table), criteria or Criteria()
    analyses = check_columns(columns_of(path), chosen)
    cut = {name for own in chosen.cuts for name in own.names}
    wanted = {x, y, "error", "n_excluding", *cut}
    wanted |= {start + name for start in (EXPECTED, "cls_obs:", "z:") for name in analyses}
    return plane_of(pieces(path, wanted.__contains__), x, y, chosen, seed)


def plane_of(rows: Iterable[Piece], x: str, y: str, criteria: Criteria, seed: int = 0) -> Plane:
    """The same of pieces of tables.

    Raises
    ------
    ConfigError: where a piece has no such column.
    """
    rng = np.random.default_rng(seed)
    kept: dict[str, Floats] = {kind: np.zeros((0, 3)) for kind in (ALLOWED, EXCLUDED, SPARED, SMALL)}
    counted = dict.fromkeys(kept, 0)
    for piece in rows:
        for name in (x, y):
            if name not in piece.names:
                raise ConfigError("--plane", name, "a column of the table, as in --plane mass:X_t1,mass:X_Z1")
        where = np.stack([piece.numbers(x), piece.numbers(y)], axis=1)
        there = np.isfinite(where).all(axis=1) & (piece.texts("error") == "")
        for own in criteria.cuts:
            there &= own(piece)
        sensitive, small = np.zeros(piece.n, dtype=np.bool_), np.zeros(piece.n, dtype=np.bool_)
        for name in (own.removeprefix(EXPECTED) for own in piece.names if own.startswith(EXPECTED)):
            expecting = piece.numbers(EXPECTED + name) <= criteria.alpha
            sensitive |= expecting
            if expecting.any():
                high = (piece.numbers(f"cls_obs:{name}") > criteria.alpha) & (piece.numbers(f"z:{name}") > criteria.z)
                small |= expecting & high
        excluded = piece.numbers("n_excluding") > criteria.excluding
        kind = np.where(excluded, EXCLUDED, np.where(small, SMALL, np.where(sensitive, SPARED, ALLOWED)))
        order = rng.random(piece.n)  # those with the smallest numbers are shown
        for name in kept:
            own = np.column_stack([where, order])[there & (kind == name)]
            counted[name] += len(own)
            both = np.concatenate([kept[name], own])
            kept[name] = both[np.argsort(both[:, 2], kind="stable")[:SHOWN]]
    return Plane(x, y, {name: own[:, :2] for name, own in kept.items()}, counted)

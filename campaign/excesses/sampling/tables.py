"""Parameters and scores from tables, and proposals into one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.reading import columns_of, pieces
from protomodels.campaign.excesses.sampling.proposing import propose
from protomodels.campaign.excesses.sampling.scoring import scores
from protomodels.campaign.excesses.selection import check_columns, is_wanted
from protomodels.campaign.scan.judge import Kind
from protomodels.campaign.scan.table import check_table, write_table
from protomodels.errors import ConfigError

Floats = NDArray[np.float64]

FILE = "file"
"""Column by which the two tables know their models."""


def propose_from_tables(
    scan: Path,
    parameters: Path,
    to: Path,
    n: int,
    orthogonality: Orthogonality,
    criteria: Criteria | None = None,
    columns: Sequence[str] = (),
    seed: int = 0,
) -> int:
    """Write new parameters where models are expected to be selected.

    Parameters
    ----------
    scan: table of `scan --excesses`.
    parameters: of its models, with the same ``file``; the same table, where it has them.
    to: ``.csv`` or ``.parquet``; a column for each parameter.
    n: new points.
    columns: which parameters; all numbers of ``parameters`` without.

    Returns
    -------
    how many models were learned from.

    Raises
    ------
    ConfigError: naming a table, column or number that is wrong.
    """
    check_table(to)
    names, known = parameters_of(parameters, columns)
    score = scores_of(scan, orthogonality, criteria or Criteria())
    both = [file for file, value in score.items() if file in known and np.isfinite(value)]
    if not both:
        what = f"{parameters}: none of the {len(score)} models of {scan}"
        raise ConfigError("--parameters", what, f"a column {FILE} with the names that the scan has")
    points = np.array([known[file] for file in both])
    found = propose(points, np.array([score[file] for file in both]), n, seed)
    rows = [dict(zip(names, point, strict=True)) for point in found.tolist()]
    write_table(to, dict.fromkeys(names, Kind.NUMBER), rows)
    return len(both)


def scores_of(scan: Path, orthogonality: Orthogonality, criteria: Criteria) -> dict[str, float]:
    """Score of each model of a scan, by its file.

    Raises
    ------
    ConfigError: as for :func:`protomodels.campaign.excesses.excesses`.
    """
    analyses = check_columns(columns_of(scan), criteria)
    orthogonality.check(analyses)
    found: dict[str, float] = {}
    for piece in pieces(scan, lambda name: is_wanted(name, criteria)):
        found |= zip(piece.texts(FILE), scores(piece, analyses, criteria, orthogonality).tolist(), strict=True)
    return found


def parameters_of(table: Path, columns: Sequence[str] = ()) -> tuple[tuple[str, ...], dict[str, list[float]]]:
    """Names of parameters, and those of each model by its file; models that lack one are left out.

    Raises
    ------
    ConfigError: where there is no such column, or none that holds numbers.
    """
    there = columns_of(table)
    for name in (FILE, *columns):
        if name not in there:
            raise ConfigError("--parameters", f"{table} without a column {name}", f"one of {', '.join(there)}")
    names = tuple(columns) or tuple(name for name in there if name != FILE and ":" not in name)
    found: dict[str, list[float]] = {}
    for piece in pieces(table, {FILE, *names}.__contains__):
        values = np.stack([piece.numbers(name) for name in names], axis=1)
        found |= zip(piece.texts(FILE), values.tolist(), strict=True)
    whole = {file: row for file, row in found.items() if np.isfinite(row).all()}
    if found and not whole:
        raise ConfigError("--columns", ", ".join(names), "columns of numbers")
    return names, whole

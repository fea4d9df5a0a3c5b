"""Selected models as a table: a row for each model and analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from protomodels.campaign.excesses.selection import Model
from protomodels.campaign.scan.judge import Kind, Row
from protomodels.campaign.scan.table import write_table

COLUMNS: Final = {
    "file": Kind.TEXT,
    "analysis": Kind.TEXT,
    "region": Kind.TEXT,
    "cls_exp": Kind.NUMBER,
    "cls_obs": Kind.NUMBER,
    "z": Kind.NUMBER,
    "topologies": Kind.TEXT,
    "particles": Kind.TEXT,
    "orthogonal": Kind.WHOLE,
    "Z": Kind.NUMBER,
    "K": Kind.NUMBER,
}
"""Of the table; ``orthogonal``, ``Z`` and ``K`` are those of the model."""


def write_models(path: Path, models: Iterable[Model]) -> None:
    """Write them.

    Raises
    ------
    ConfigError, MissingExtraError, StorageError: as for :func:`protomodels.campaign.scan.table.write_table`.
    """
    write_table(path, COLUMNS, _rows(models))


def _rows(models: Iterable[Model]) -> Iterator[Row]:
    for model in models:
        own = {name: model.values.get(name) for name in ("Z", "K")}
        for one in model.seen:
            values = {name: getattr(one, name) for name in ("analysis", "region", "cls_exp", "cls_obs", "z")}
            texts = {name: " ".join(getattr(one, name)) or None for name in ("topologies", "particles")}
            yield {"file": model.file, **values, **texts, "orthogonal": len(model.orthogonal), **own}

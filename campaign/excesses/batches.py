"""Small excesses of a scan whose rows are those of batches in a storage."""

from __future__ import annotations

from collections.abc import Sequence

from protomodels.campaign.excesses.answer import Excesses
from protomodels.campaign.excesses.counting import Counts
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.front import orthogonality_of
from protomodels.campaign.excesses.planes import Plane, plane_of
from protomodels.campaign.excesses.selection import check_columns, check_cuts, select
from protomodels.campaign.scan.batches import BatchSettings
from protomodels.campaign.scan.judge import Kind
from protomodels.campaign.scan.stored import StoredTable
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor


def excesses_of_batches(
    tables: Sequence[StoredTable], predictor: Predictor, criteria: Criteria, combinable: str | None = None
) -> Excesses:
    """The small excesses among the rows that are there.

    Parameters
    ----------
    tables: of batches of one scan, each once.
    predictor: of their results.
    combinable: text of the user's combinability table, as the batches have it.

    Raises
    ------
    ConfigError: where the batches are of different scans or record no small excesses, a cut needs a column that none
        of them has, or the results are not compiled.
    """
    settings = _settings(tables)
    whole = _alike(tables, criteria)
    table = settings.combinable(combinable)
    orthogonality = orthogonality_of(predictor, combinable=table, policy=settings.scoring())
    counts = Counts(criteria.analyses)
    for one in whole:
        analyses = check_columns(tuple(one.columns), criteria)
        orthogonality.check(analyses)
        counts.add(select(one.piece, analyses, criteria, orthogonality))
    name = tables[0].record.name
    return Excesses(name if len(tables) == 1 else f"{len(tables)} batches of {name}", criteria, counts)


def plane_of_batches(tables: Sequence[StoredTable], x: str, y: str, criteria: Criteria) -> Plane:
    """Their models in a plane of two columns; errors as for :func:`excesses_of_batches`."""
    _settings(tables)
    return plane_of((one.piece for one in _alike(tables, criteria, x, y)), x, y, criteria)


def _settings(tables: Sequence[StoredTable]) -> BatchSettings:
    """Those of all of them."""
    first = tables[0].record
    for record in (table.record for table in tables):
        if not BatchSettings.from_json(record.settings_json).excesses:
            raise ConfigError("batch", record.id, "a batch that records small excesses, as `scan --excesses` asks for")
        if (record.settings_json, record.results_fingerprint) != (first.settings_json, first.results_fingerprint):
            raise ConfigError("batch", record.id, f"batches of one scan: with the results and settings of {first.id}")
    names = [table.record.id for table in tables]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError("batch", name, "each batch once")
    return BatchSettings.from_json(first.settings_json)


def _alike(tables: Sequence[StoredTable], criteria: Criteria, *more: str) -> list[StoredTable]:
    """The tables, each with the columns of all that cuts or ``more`` name: no model of a batch may have a particle."""
    columns: dict[str, Kind] = {}
    for table in tables:
        columns |= table.columns
    check_cuts(tuple(columns), criteria.cuts)
    asked = [*more, *(name for cut in criteria.cuts for name in cut.names)]
    return [table.with_columns({name: columns[name] for name in asked if name in columns}) for table in tables]

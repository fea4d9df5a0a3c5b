"""A scan of generated points and its selection, by way of a table as users have it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from protomodels.campaign.excesses.counting import Counts
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.reading import columns_of, pieces
from protomodels.campaign.excesses.recording import Recorder
from protomodels.campaign.excesses.selection import check_columns, is_wanted, select
from protomodels.campaign.scan import ScanSettings, scan
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.slices import Point
from protomodels.slices.files import write_points


def scanned(
    points: Iterable[Point],
    predictor: CompiledPredictor,
    recorder: Recorder,
    criteria: Criteria,
    orthogonality: Orthogonality,
    workers: int,
) -> Counts:
    """Write the points, scan them without combinations, select."""
    with tempfile.TemporaryDirectory() as scratch:
        archive, table = Path(scratch) / "points.tar", Path(scratch) / "table.csv"
        write_points(points, archive)
        settings = ScanSettings(workers=workers, masses=True)
        scan([archive], table, predictor, limits_only=True, also=recorder, settings=settings)
        analyses = check_columns(columns_of(table), criteria)
        counts = Counts(criteria.analyses)
        for piece in pieces(table, lambda name: is_wanted(name, criteria)):
            counts.add(select(piece, analyses, criteria, orthogonality))
    return counts

"""A scan of generated points and its selection, by way of a table as users have it."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.excesses.kept import Kept, timed
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
    kept: Kept,
) -> tuple[Counts, float]:
    """Write the points, scan them without combinations, select; and the seconds of the scan.

    Parameters
    ----------
    kept: where points and rows stay, for a call after a kill.
    """
    archive, table = kept.folder / "points.tar", kept.folder / "table.csv"
    kept.once("points", lambda: timed(lambda: write_points(points, archive))[1])

    def scanned() -> float:
        settings = ScanSettings(workers=workers, masses=True, restart=table.exists())
        return timed(lambda: scan([archive], table, predictor, limits_only=True, also=recorder, settings=settings))[1]

    seconds = float(kept.once("scan", scanned))
    analyses = check_columns(columns_of(table), criteria)
    counts = Counts(criteria.analyses)
    for piece in pieces(table, lambda name: is_wanted(name, criteria)):
        counts.add(select(piece, analyses, criteria, orthogonality))
    return counts, seconds

"""Selected models per evaluation: proposed ones beside random ones.

    python -m benchmarks.excesses.sampling [--start 600] [--rounds 3] [--each 150] [--runs 3]

A random point of the slice is there, in a universe of its own (as in ``injection``), so that there is something to
find.  From a scan of ``start`` random points each round proposes ``each`` points, which are made, scanned, and learned
from in the next one.  What random sampling finds per evaluation is counted in the same universe with ``start`` +
``rounds`` x ``each`` random points.  The first scan is not among what was proposed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.excesses.injection import candidates
from benchmarks.spectra.asking import NEWEST
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.injection import world_with_spectrum
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.recording import Recorder
from protomodels.campaign.excesses.sampling import propose
from protomodels.campaign.excesses.sampling.tables import scores_of
from protomodels.campaign.scan import ScanSettings, scan
from protomodels.combiner import combinability_for
from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_results
from protomodels.settings import policy
from protomodels.slices import SLICES, Point, point_of, random_points
from protomodels.slices.files import write_points


def judged(
    points: Iterable[Point],
    predictor: CompiledPredictor,
    recorder: Recorder,
    orthogonality: Orthogonality,
    workers: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Parameters and scores of points, by way of files and a table."""
    listed = list(points)
    with tempfile.TemporaryDirectory() as scratch:
        archive, table = Path(scratch) / "points.tar", Path(scratch) / "table.csv"
        write_points(listed, archive)
        settings = ScanSettings(workers=workers, masses=True)
        scan([archive], table, predictor, limits_only=True, also=recorder, settings=settings)
        score = scores_of(table, orthogonality, Criteria())
    values = np.array([list(point.parameters.values()) for point in listed])
    return values, np.array([score[f"{archive}::{point.name}"] for point in listed])


def made(kind: str, proposed: np.ndarray) -> list[Point]:
    """Those of proposed parameters that are points."""
    found = []
    for number, row in enumerate(proposed.tolist()):
        try:
            point = point_of(kind, dict(zip(SLICES[kind], row, strict=True)), f"{number:06d}.slha")
        except ConfigError:
            continue
        if point is not None:
            found.append(point)
    return found


def main() -> None:
    """Compare, one universe after the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--results", default=NEWEST)
    parser.add_argument("--slice", default="electroweak")
    parser.add_argument("--start", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=150)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    predictor = load_results(arguments.results)
    assert isinstance(predictor, CompiledPredictor)
    orthogonality = Orthogonality(predictor.catalog, combinability_for(predictor.name), policy("default").strict)
    total = np.zeros((2, 2))
    waiting = candidates(predictor, arguments.slice, arguments.seed + 1000, orthogonality)
    for run in range(arguments.runs):
        spectrum, _ = next(waiting)
        recorder = Recorder(predictor.catalog, world_with_spectrum(predictor, spectrum, run))
        n = arguments.start + arguments.rounds * arguments.each
        points, scores = judged(
            random_points(arguments.slice, n, arguments.seed + run),
            predictor,
            recorder,
            orthogonality,
            arguments.workers,
        )
        random = int((scores >= 1.0).sum()), n
        points, scores = points[: arguments.start], scores[: arguments.start]
        selected, evaluated = 0, 0
        for number in range(arguments.rounds):
            new = made(arguments.slice, propose(points, scores, arguments.each, seed=100 * run + number))
            more, own = judged(new, predictor, recorder, orthogonality, arguments.workers)
            selected, evaluated = selected + int((own >= 1.0).sum()), evaluated + len(own)
            points, scores = np.concatenate([points, more]), np.concatenate([scores, own])
        total += [random, (selected, evaluated)]
        print(f"run {run}, {spectrum.name}: random {random[0]} of {random[1]}, proposed {selected} of {evaluated}")
    rates = total[:, 0] / total[:, 1]
    print(f"per evaluation: random {rates[0]:.4f}, proposed {rates[1]:.4f}; ratio {rates[1] / max(rates[0], 1e-9):.1f}")


if __name__ == "__main__":
    main()

"""Selected models per evaluation: proposed ones beside random ones.

    python -m benchmarks.excesses.sampling [--start 600] [--rounds 3] [--each 150] [--runs 3]

A random point of the slice is there, in a universe of its own (as in ``injection``), so that there is something to
find.  From a scan of ``start`` random points each round proposes ``each`` points, which are made, scanned, and learned
from in the next one.  What random sampling finds per evaluation is counted in the same universe with ``start`` +
``rounds`` x ``each`` random points.  The first scan is not among what was proposed.  The answer is also written to
docs/reproduction/small-excesses-sampling.md; after a kill the same command goes on with the run that was not finished.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.common import machine
from benchmarks.excesses.injection import candidates
from benchmarks.excesses.kept import DEFAULT, Kept
from benchmarks.paper.output import Page
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
from protomodels.spectrum import Spectrum


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
    parser.add_argument("--keep", type=Path, default=DEFAULT, help="a folder for what is finished")
    arguments = parser.parse_args()
    settings = {name: getattr(arguments, name) for name in ("slice", "start", "rounds", "each", "seed")}
    kept = Kept(arguments.keep, "sampling", results=Path(arguments.results).name, **settings)
    page = Page("small-excesses-sampling", "python -m benchmarks.excesses.sampling")
    page.say("# Selected models per evaluation: proposed and random")
    page.say(
        f"{machine()}; slice {arguments.slice}: {arguments.start} random points, then {arguments.rounds} rounds of "
        f"{arguments.each} proposed ones."
    )
    predictor = load_results(arguments.results)
    assert isinstance(predictor, CompiledPredictor)
    orthogonality = Orthogonality(predictor.catalog, combinability_for(predictor.name), policy("default").strict)
    total = np.zeros((2, 2))
    waiting = candidates(predictor, arguments.slice, arguments.seed + 1000, orthogonality)
    for run, (spectrum, _) in enumerate(islice(waiting, arguments.runs)):

        def compared(run: int = run, spectrum: Spectrum = spectrum) -> list[list[int]]:
            return _compared(arguments, predictor, orthogonality, spectrum, run)

        random, proposed = kept.once(f"run-{run}", compared)
        total += [random, proposed]
        page.say(
            f"Run {run}, {spectrum.name}: random {random[0]} of {random[1]}, proposed {proposed[0]} of {proposed[1]}."
        )
    rates = total[:, 0] / total[:, 1]
    ratio = f"{rates[1] / rates[0]:.1f}" if rates[0] else "no number: random sampling found none"
    page.say(f"Selected per evaluation: random {rates[0]:.4f}, proposed {rates[1]:.4f}; ratio {ratio}.")
    page.write()


def _compared(
    asked: argparse.Namespace,
    predictor: CompiledPredictor,
    orthogonality: Orthogonality,
    spectrum: Spectrum,
    run: int,
) -> list[list[int]]:
    """Selected and evaluated models of one universe: random ones, and proposed ones."""
    recorder = Recorder(predictor.catalog, world_with_spectrum(predictor, spectrum, run))
    n = asked.start + asked.rounds * asked.each
    drawn = random_points(asked.slice, n, asked.seed + run)
    points, scores = judged(drawn, predictor, recorder, orthogonality, asked.workers)
    random = [int((scores >= 1.0).sum()), n]
    points, scores = points[: asked.start], scores[: asked.start]
    selected, evaluated = 0, 0
    for number in range(asked.rounds):
        new = made(asked.slice, propose(points, scores, asked.each, seed=100 * run + number))
        more, own = judged(new, predictor, recorder, orthogonality, asked.workers)
        selected, evaluated = selected + int((own >= 1.0).sum()), evaluated + len(own)
        points, scores = np.concatenate([points, more]), np.concatenate([scores, own])
    return [random, [selected, evaluated]]


if __name__ == "__main__":
    main()

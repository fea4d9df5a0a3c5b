"""A whole search for small excesses: both slices generated, scanned with universes, selected, clustered, drawn.

    python -m benchmarks.excesses.full [--models 20000] [--universes 50] [--workers 2] [--keep FOLDER]

Half of the models are of each slice.  Says how long each part took, and what was found beside chance.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common import machine
from benchmarks.spectra.asking import NEWEST
from protomodels.campaign.excesses import Criteria, excesses, recorder
from protomodels.campaign.excesses.clusters import clusters
from protomodels.campaign.excesses.planes import plane
from protomodels.campaign.scan import ScanSettings, scan
from protomodels.plots.excesses import cluster_figure, matrix_figure, plane_figure
from protomodels.predictor.loading import load_results
from protomodels.slices import SLICES, random_points
from protomodels.slices.files import write_points


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Say how long something took, and how much of it processors worked, those of workers included."""
    start, before = time.perf_counter(), sum(os.times()[:4])
    yield
    worked = sum(os.times()[:4]) - before
    print(f"{what:24} {time.perf_counter() - start:8.1f} s {worked:8.1f} s of processors", flush=True)


def main() -> None:
    """All of it, once."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--results", default=NEWEST)
    parser.add_argument("--models", type=int, default=20_000)
    parser.add_argument("--universes", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--combinations", action="store_true", help="with Z and K of each model")
    parser.add_argument("--keep", type=Path, default=None, help="an empty folder for files, table and pictures")
    arguments = parser.parse_args()
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}; {arguments.models} models, {arguments.universes} universes")
    with timed("all of it"), tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        archives = [folder / f"{kind}.tar" for kind in SLICES]
        with timed("spectra"):
            for kind, archive in zip(SLICES, archives, strict=True):
                write_points(random_points(kind, arguments.models // 2, arguments.seed), archive)
        predictor = load_results(arguments.results)
        with timed("universes"):
            also = recorder(predictor, arguments.universes)
        table = folder / "scan.parquet"
        with timed("scan"):
            settings = ScanSettings(workers=arguments.workers, masses=True)
            only = not arguments.combinations
            summary = scan(archives, table, predictor, limits_only=only, also=also, settings=settings)
        print(f"{summary.errors} without an answer, {summary.per_second:.1f} models/s with {arguments.workers} workers")
        criteria = Criteria()
        with timed("selection"):
            found = excesses(table, predictor, criteria)
        with timed("clusters"):
            groups = clusters(found)
        with timed("pictures"):
            plane_figure(plane(table, "mass:X_W1", "mass:X_Z1", criteria)).save(folder / "plane.svg")
            if found.matrix()[0]:
                matrix_figure(found).save(folder / "matrix.svg")
            if groups.models:
                cluster_figure(groups).save(folder / "clusters.svg")
    counts = found.counts
    print(f"excluded {counts.excluded}, expected to be excluded {counts.sensitive}, of these spared {counts.spared}")
    for n, beside in found.by_number.items():
        print(f"small excess in {n} orthogonal analyses: {beside.data}; by chance {beside.expected()}, p = {beside.p}")
    print(f"selected: {found.selected.data}; by chance {found.selected.expected()}, p = {found.selected.p}")
    print(f"clusters of models: {groups.n_models.data}; by chance {groups.n_models.expected()}")
    for cluster in groups.models:
        print(
            f"  {cluster.members} models, stability {cluster.stability:.2f}, {', '.join(cluster.analyses)}: {cluster}"
        )


if __name__ == "__main__":
    main()

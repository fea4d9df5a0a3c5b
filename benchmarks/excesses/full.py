"""A whole search for small excesses: both slices generated, scanned with universes, selected, clustered, drawn.

    python -m benchmarks.excesses.full [--models 20000] [--universes 50] [--workers 2] [--keep FOLDER]

Half of the models are of each slice.  Says how long each part took, and what was found beside chance, and writes
docs/reproduction/small-excesses.md with its pictures.  After a kill the same command goes on; seconds of the scan are
then those of all its rows but the ones from before, and the page says how many these were.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.common import machine
from benchmarks.excesses.kept import DEFAULT, Kept, timed
from benchmarks.paper.output import DOCS, Page
from benchmarks.spectra.asking import NEWEST
from protomodels.campaign.excesses import Criteria, excesses, recorder
from protomodels.campaign.excesses.answer import Beside
from protomodels.campaign.excesses.clusters import clusters
from protomodels.campaign.excesses.planes import plane
from protomodels.campaign.scan import ScanSettings, scan
from protomodels.plots.excesses import cluster_figure, matrix_figure, plane_figure
from protomodels.predictor.loading import load_results
from protomodels.slices import SLICES, random_points
from protomodels.slices.files import write_points

NAME = "small-excesses"


def main() -> None:
    """All of it, once."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--results", default=NEWEST)
    parser.add_argument("--models", type=int, default=20_000)
    parser.add_argument("--universes", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--combinations", action="store_true", help="with Z and K of each model")
    parser.add_argument("--keep", type=Path, default=DEFAULT, help="a folder for spectra and table")
    asked = parser.parse_args()
    settings = {name: getattr(asked, name) for name in ("models", "universes", "seed", "combinations")}
    kept = Kept(asked.keep, "full", results=Path(asked.results).name, **settings)
    page = Page(NAME, "python -m benchmarks.excesses.full")
    page.say("# Small excesses of 20,000 spectra" if asked.models == 20_000 else f"# {asked.models} spectra")
    page.say(f"{machine()}; {asked.models} models, {asked.universes} universes, {asked.workers} workers.")
    archives = [kept.folder / f"{kind}.tar" for kind in SLICES]

    def spectra() -> None:
        for kind, archive in zip(SLICES, archives, strict=True):
            write_points(random_points(kind, asked.models // 2, asked.seed), archive)

    rows: list[tuple[str, list[float]]] = [("spectra", kept.once("spectra", lambda: timed(spectra)[1:]))]
    predictor, table, criteria = load_results(asked.results), kept.folder / "scan.parquet", Criteria()

    def scanned() -> dict[str, Any]:
        also, *drawn = timed(lambda: recorder(predictor, asked.universes))
        how, only = ScanSettings(workers=asked.workers, masses=True, restart=table.exists()), not asked.combinations
        said, *used = timed(lambda: scan(archives, table, predictor, limits_only=only, also=also, settings=how))
        return {"universes": drawn, "scan": used, "errors": said.errors, "speed": said.per_second, "before": said.kept}

    done = kept.once("scan", scanned)
    found, *used = timed(lambda: excesses(table, predictor, criteria))
    rows += [("universes", done["universes"]), ("scan", done["scan"]), ("selection", used)]
    groups, *used = timed(lambda: clusters(found))
    rows.append(("clusters", used))

    def pictures() -> None:
        plane_figure(plane(table, "mass:X_W1", "mass:X_Z1", criteria)).save(DOCS / f"{NAME}-plane.svg")
        if found.matrix()[0]:
            matrix_figure(found).save(DOCS / f"{NAME}-matrix.svg")
        if groups.models:
            cluster_figure(groups).save(DOCS / f"{NAME}-clusters.svg")

    rows.append(("pictures", list(timed(pictures)[1:])))
    rows.append(("all", [sum(own[i] for _, own in rows) for i in (0, 1)]))
    page.table(("part", "s", "s of processors"), [(name, f"{a:.1f}", f"{b:.1f}") for name, (a, b) in rows])
    page.say(
        f"{done['errors']} without an answer; {done['speed']:.1f} models/s; {done['before']} rows from before a kill."
    )
    counts = found.counts
    page.say(
        f"Excluded: {counts.excluded}; expected to be: {counts.sensitive}, of these not excluded: {counts.spared}."
    )
    numbers = [(f"small excess in {n} orthogonal analyses", beside) for n, beside in found.by_number.items()]
    numbers += [("selected", found.selected), ("clusters of models", groups.n_models)]
    numbers += [("clusters of final states", groups.n_final_states)]
    page.table(("", "found", "by chance: mean (68%)", "p"), [(name, *_shown(beside)) for name, beside in numbers])
    page.table(
        ("cluster", "models", "stability", "analyses", "what it is"),
        [(c.number, c.members, f"{c.stability:.2f}", ", ".join(c.analyses), str(c)) for c in groups.models],
    )
    for name in ("plane", "matrix", "clusters"):
        if (DOCS / f"{NAME}-{name}.svg").exists():
            page.say(f"![{name}]({NAME}-{name}.svg)")
    page.write()


def _shown(beside: Beside) -> tuple[object, ...]:
    return beside.data, beside.expected(), "-" if beside.p is None else f"{beside.p:.2f}"


if __name__ == "__main__":
    main()

"""Likelihood views of one proto-model: figures 12 to 14 of the paper, and how stable its K is.

python -m benchmarks.paper.views [published|KIND] [--runs 10] [--walkers 50] [--steps 1000] [--grid 41]
The published winner, or the best of the runs of a kind.
"""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np

from benchmarks.common import REFERENCE
from benchmarks.paper.output import DOCS, Page, spectrum
from benchmarks.paper.report import read
from benchmarks.paper.runs import KINDS, add_arguments, config_of, finished, storage_url
from protomodels.combiner import Combinability
from protomodels.database import open_storage
from protomodels.files import model_from_dict
from protomodels.particles import LBP, PARTICLES
from protomodels.plots.paper import save
from protomodels.plots.planes import plane_figure
from protomodels.plots.scans import scan_figure
from protomodels.predictor import load_results
from protomodels.runs.run import scorer_of
from protomodels.scoring.credible import mass_plane
from protomodels.scoring.scans import mass_scan, strength_scan
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.variants import variants

PLANE_WIDTH = 300.0
"""GeV to either side of the model's masses."""


def main() -> None:
    """Draw, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["published", *KINDS], nargs="?", default="published")
    add_arguments(parser)
    parser.add_argument("--grid", type=int, default=41)
    given = parser.parse_args()
    page = Page(f"views-{given.what}", "python -m benchmarks.paper.views " + " ".join(sys.argv[1:]))
    kind = KINDS["paper" if given.what == "published" else given.what]
    predictor = load_results(kind.results)
    if given.what == "published":
        config = config_of(kind, 1, given.walkers, given.steps)
        table = Combinability.from_file(str(kind.combinable))
        scorer = Scorer(predictor, table, config.scoring())
        published = json.loads((REFERENCE / "published_runs.json").read_text())["real"]
        model = model_from_dict(max((run[0] for run in published.values()), key=lambda found: float(found["K"])))
    else:
        with open_storage(storage_url(), upgrade=True) as storage:
            configs = [config_of(kind, seed, given.walkers, given.steps) for seed in range(1, given.runs + 1)]
            best = max((read(storage, finished(storage, predictor, c)) for c in configs), key=lambda run: run.best.K)
            scorer = scorer_of(storage, best.run, configs[0], predictor)
        model = model_from_dict(json.loads(best.best.model_json))
    page.say(f"{spectrum(model)} GeV")

    scans = [mass_scan(scorer, model, pid) for pid in model.masses]
    for pid in model.unstable:
        own = [pair for pair in model.ssm if pid in (abs(pair[0]), abs(pair[1]))]
        scans.append(strength_scan(scorer, model, own, f"all kappa of {PARTICLES[pid].name}, times"))
    DOCS.mkdir(parents=True, exist_ok=True)
    save(scan_figure(scans, "K, one parameter changed at a time"), DOCS / f"scans-{given.what}.svg")
    page.table(
        ["parameter", "here", "K here", "highest K", "at", "K within 1 of the highest"],
        ([s.name, f"{s.here:.4g}", s.K_here, *_top(s.values, s.K)] for s in scans),
    )
    for pid in model.unstable:
        x = np.linspace(max(10.0, model.masses[pid] - PLANE_WIDTH), model.masses[pid] + PLANE_WIDTH, given.grid)
        y = np.linspace(10.0, model.masses[LBP] + PLANE_WIDTH, given.grid)
        plane = mass_plane(scorer, model, pid, LBP, x, y)
        picture = plane_figure(plane, "68% (full) and 95% (dashed) credible regions")
        save(picture, DOCS / f"plane-{given.what}-{PARTICLES[pid].name}.svg")
    page.say("K under other choices (the model as it is, mu-hat free up to mu_max):")
    page.table(["choice", "K", "mu-hat"], ([v.name, v.K, v.mu_hat] for v in variants(scorer, model)))
    page.write()


def _top(values: np.ndarray, K: np.ndarray) -> list[object]:
    """Highest K, where, and the range around it in which K is within 1 of it."""
    top = int(np.nanargmax(K))
    near = np.flatnonzero(np.nan_to_num(K, nan=-np.inf) >= K[top] - 1.0)
    return [float(K[top]), f"{values[top]:.4g}", f"{values[near].min():.4g} to {values[near].max():.4g}"]


if __name__ == "__main__":
    main()

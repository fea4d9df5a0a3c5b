"""How far the likelihoods of JSON sets are from the full ones, with pyhf itself as the judge.

Usage: python -m benchmarks.json_accuracy [--results NAME] [--pyhf 3] [--limit 120] [--only TEXT]
For each JSON set the largest difference of the fast form to the full likelihood, in ln L(1) - ln L(0), for signals of
0.5 to 3 standard deviations in one region, as large ones spread over some, and 0.5 to 3 in every region at once (those
above -15; other ones than the form was fitted to), and that of Gaussian backgrounds to first order.  The full
likelihood is ours, checked with pyhf twice: its ln L at our best parameters of every signal, and whole fits by pyhf of
some of them, as many as ``--pyhf`` and ``--limit`` seconds allow.  Last, the backgrounds beside the published ones.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import RESULTS, machine
from protomodels.results.compiled.file import JSON_FOLDER
from protomodels.results.store import open_results
from protomodels.statistics.histfactory.background import background_model
from protomodels.statistics.histfactory.document import JsonRegions, json_regions
from protomodels.statistics.histfactory.fast import JUDGING, differences, fast_form, known_values
from protomodels.statistics.histfactory.full import full_likelihood
from protomodels.statistics.histfactory.pyhf_fits import pyhf_log_likelihood_ratio, pyhf_log_likelihoods
from protomodels.statistics.histfactory.signals import KINDS, for_judging


def main() -> None:
    """Print a row for each JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default=str(RESULTS / "smodels-3.0.0.tar.xz"))
    parser.add_argument("--pyhf", type=int, default=3)
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--only", default="", help="sets with this in their name")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # scipy's minimiser within pyhf
    print(machine())
    info = open_results(arguments.results)
    print(
        "| set | regions | one region | spread | all regions | linear, all kinds | pyhf's ln L at our points | "
        "pyhf's fits | shift, width |\n" + "| --- " * 9 + "|"
    )
    for entry in (entry for entry in info.sets if entry["kind"] == "json"):
        if arguments.only not in f"{entry['analysis']} {entry['label']}":
            continue
        spec = json.loads((Path(info.file).parent / JSON_FOLDER / str(entry["json"])).read_text())
        print(_row(entry, json_regions(spec, entry["listed"]), arguments.pyhf, arguments.limit), flush=True)
    for name, reason in info.not_combined.items():
        print(f"not combined: {name}: {reason}")


def _row(entry: dict[str, Any], regions: JsonRegions, n_fits: int, limit: float) -> str:
    full = full_likelihood(regions)
    form = fast_form(full)
    rng = np.random.default_rng(JUDGING)
    known = known_values(full, for_judging(form.background, rng))
    fast = differences(form.model, known)
    linear = max(differences(background_model(full), known).values())
    signals = np.vstack([np.zeros(len(regions.signal)), known.signals])
    points = np.array([full.best.point, *(full.best_with(signal).point for signal in known.signals)])
    theirs = pyhf_log_likelihoods(regions, signals, points)
    at_points = float(np.abs(theirs[1:] - theirs[0] - known.values).max())
    fits, start = [], time.perf_counter()
    for i in rng.permutation(len(known.values))[:n_fits]:
        if time.perf_counter() - start < limit:
            fitted = pyhf_log_likelihood_ratio(regions, known.signals[i].tolist(), [1.0])[0]
            fits.append(float(fitted - known.values[i]))
    numbers = " | ".join(f"{fast[kind]:.3f}" if kind in fast else "" for kind in KINDS)
    apart = f"{max(np.abs(fits)):.1e} ({len(fits)})" if fits else "none in time"
    shift, width = entry["published"]["shift"], entry["published"]["width"]
    return (
        f"| {entry['analysis']} {entry['label']} | {len(regions.signal)} | {numbers} | {linear:.2f} | "
        f"{at_points:.0e} | {apart} | {shift:.2f}, {width:.2f} |"
    )


if __name__ == "__main__":
    main()

"""Counts of signal regions drawn from full pyhf documents, beside those drawn from the simplified models.

python -m benchmarks.universes.json_draws [--draws 300]

Full: nuisance parameters from a Gaussian around their fit to control regions and constraints, within pyhf's bounds.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import NEW
from benchmarks.universes.campaigns import DOCS
from protomodels.predictor import load_results
from protomodels.results.compiled.file import JSON_FOLDER
from protomodels.statistics.histfactory.document import json_regions
from protomodels.statistics.histfactory.fit import information
from protomodels.statistics.histfactory.full import full_likelihood


def main() -> None:
    """Print a row for each document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=300)
    draws = parser.parse_args().draws
    predictor = load_results(NEW)
    rng = np.random.default_rng(1)
    rows = []
    folder = Path(predictor.meta["file"]).parent / JSON_FOLDER
    for row, entry in zip(sorted(predictor.catalog.combined), predictor.meta["sets"], strict=True):
        if entry["kind"] != "json":
            continue
        full = full_likelihood(json_regions(json.loads((folder / entry["json"]).read_text()), entry["listed"]))
        point, low, high = full.before.point, full.model.low, full.model.high
        factor = np.linalg.cholesky(np.linalg.inv(information(full.model, point, full.observed, full.control)))
        factor[full.model.fixed] = 0.0
        points = [np.clip(point + factor @ rng.standard_normal(len(low)), low, high) for _ in range(draws)]
        rates = np.array([full.model.rates(drawn)[full.signal] for drawn in points])
        model = predictor.catalog.combined[row].model
        mean, spread = rates.mean(axis=0) / model.center, rates.std(axis=0) / model.widths
        numbers = (f"{np.median(mean):.2f}", f"{np.median(spread):.2f}", f"{spread.max():.3g}", f"{rates.max():.3g}")
        rows.append([entry["analysis"], entry["label"], len(model.widths), *numbers])
    page = Page("json-draws", "python -m benchmarks.universes.json_draws", DOCS)
    page.say(f"{draws} draws of the rates, full document over simplified model; {machine()}.")
    header = ["analysis", "document", "regions", "mean, median region", "width, median region", "width, largest"]
    page.table([*header, "highest rate"], rows)
    page.write()


if __name__ == "__main__":
    main()

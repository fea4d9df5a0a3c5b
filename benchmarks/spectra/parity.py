"""Predictions for models of any kind against SModelS 3.1.1: the same results, the same values, how much faster?

Usage: python -m benchmarks.spectra.parity [--results NAME] [--files FOLDER] [--random 100] [--seed 1]
       [--cache FOLDER] [--repeat 3]
What SModelS says of each model is kept in the cache folder as JSON: it takes up to a minute a model.  Prints for each
file how many predictions agree within 1e-3, every class of difference with examples, and the processor times of both.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from smodels.base.physicsUnits import fb
from smodels.matching.theoryPrediction import theoryPredictionsFor
from smodels.statistics.basicStats import apriori, observed

from benchmarks.common import machine, spread
from benchmarks.spectra.asking import decomposed, models_of, parser_of
from benchmarks.spectra.models import to_smodels
from protomodels.predictor.general import Options, SpectrumPredictions, SpectrumPredictor
from protomodels.predictor.loading import load_oracle, load_results
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.results.smodels_catalog import result_key

TOLERANCE = 1e-3

Values = tuple[float, float, float]


def main() -> None:
    """Compare and report."""
    parser = parser_of(__doc__, "spectra-parity")
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    logging.getLogger("smodels").setLevel(logging.ERROR)
    arguments.cache.mkdir(parents=True, exist_ok=True)
    print(machine())
    predictor = SpectrumPredictor(load_results(arguments.results))
    oracle: list[SModelSPredictor] = []
    counts: Counter[str] = Counter()
    times = list[float]()
    theirs_of_all = list[float]()
    for spectrum, model in models_of(arguments):
        file = arguments.cache / f"{spectrum.name.replace(' ', '_')}.json"
        if not file.exists():
            if not oracle:
                oracle.append(load_oracle(arguments.results))
            file.write_text(json.dumps(answer(oracle[0], model or to_smodels(spectrum), Options())))
        theirs = json.loads(file.read_text())
        own, seconds = [], []
        for _ in range(arguments.repeat):
            start = time.process_time()
            own = [predictor.predict(spectrum)]
            seconds.append(time.process_time() - start)
        found, lines = differences(theirs["rows"], own[0])
        counts += found
        times.append(min(seconds))
        theirs_of_all.append(theirs["decomposition"] + theirs["predictions"])
        total = sum(number for kind, number in found.items())
        print(
            f"{spectrum.name}: {found['same']} of {total} agree; "
            f"{1e3 * seconds[0]:.0f} ms, then {1e3 * min(seconds):.1f}; "
            f"SModelS {theirs['decomposition']:.1f} + {theirs['predictions']:.1f} s; {own[0].counts}"
        )
        for line in lines[:6]:
            print("     ", line)
    print(dict(sorted(counts.items())))
    if times:
        print("seconds, ours:", spread(times), "; SModelS:", spread(theirs_of_all))


def answer(oracle: SModelSPredictor, model: Any, options: Options) -> dict[str, Any]:
    """What SModelS says of a model: rows of catalog row, sigma, observed and expected limit in fb, topologies."""
    start = time.process_time()
    topologies = decomposed(model, options)
    middle = time.process_time()
    found = theoryPredictionsFor(oracle._database, topologies, useBestDataset=False, combinedResults=False)
    end = time.process_time()
    rows = []
    for prediction in found:
        row = oracle._row[result_key(prediction.dataset, prediction.txnames)]
        limits = [prediction.getUpperLimit(kind) for kind in (observed, apriori)]
        numbers = [prediction.xsection.asNumber(fb), *(None if x is None else x.asNumber(fb) for x in limits)]
        rows.append([row, *numbers, sorted({str(txname) for txname in prediction.txnames})])
    return {"rows": rows, "decomposition": middle - start, "predictions": end - middle}


def differences(theirs: list[list[Any]], got: SpectrumPredictions) -> tuple[Counter[str], list[str]]:
    """Classes of differences, and each in a line; clusters of a map are paired in the order of their signals."""
    catalog, predictions = got.predictions.catalog, got.predictions
    combined = set(catalog.combined)
    a, b = defaultdict(list), defaultdict(list)
    for row, sigma, seen, expected, names in theirs:
        a[row].append((sigma, seen or np.nan, expected or np.nan, tuple(names)))
    for i, row in enumerate(predictions.rows.tolist()):
        if row not in combined:
            values = (predictions.sigma[i], predictions.limit_observed[i], predictions.limit_expected[i])
            b[row].append((*values, got.topologies[i]))
    counts: Counter[str] = Counter()
    lines = []
    for row in sorted({*a, *b}):
        ours, others = sorted(b[row], key=lambda v: -v[0]), sorted(a[row], key=lambda v: -v[0])
        for k in range(max(len(ours), len(others))):
            x, y = (own[k] if k < len(own) else None for own in (ours, others))
            kind = _compare(x, y)
            counts[kind] += 1
            if kind != "same":
                lines.append(f"{catalog.analysis[row]} {catalog.region[row]} cluster {k}: {kind}: {x} SModelS {y}")
    return counts, lines


def _compare(ours: tuple[Any, ...] | None, theirs: tuple[Any, ...] | None) -> str:
    if ours is None or theirs is None:
        return "only SModelS has it" if ours is None else "only we have it"
    for name, x, y in zip(("signal", "observed limit", "expected limit"), ours, theirs, strict=False):
        if np.isnan(x) != (np.isnan(y) or y <= 0.0) or abs(x - y) > TOLERANCE * abs(y):
            return f"another {name}"
    return "same"


if __name__ == "__main__":
    main()

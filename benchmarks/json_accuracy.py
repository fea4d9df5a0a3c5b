"""How far the simplified likelihoods are from the full pyhf ones, for each JSON of a database.

Usage: python -m benchmarks.json_accuracy [--results NAME] [--signals 4] [--limit 900]
Random signals of up to 1.5 times the total uncertainty in half of the regions, mu = 0.5, 1 and 2.  A JSON whose single
full evaluation takes longer than ``--limit`` seconds is named and left out.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
import warnings
from pathlib import Path

import numpy as np

from benchmarks.common import RESULTS, machine
from protomodels.results.compiled.file import JSON_FOLDER
from protomodels.results.store import open_results
from protomodels.statistics.pyhf_document import json_regions
from protomodels.statistics.pyhf_full import full_log_likelihood_ratio
from protomodels.statistics.pyhf_simplified import accuracy, simplified, simplified_model


def main() -> None:
    """Print a line for each JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default=str(RESULTS / "smodels-3.0.0.tar.xz"))
    parser.add_argument("--signals", type=int, default=4)
    parser.add_argument("--limit", type=float, default=900.0)
    arguments = parser.parse_args()
    print(machine())
    info = open_results(arguments.results)
    for entry in (entry for entry in info.sets if entry["kind"] == "json"):
        process = multiprocessing.Process(target=_measure, args=(info.file, entry, arguments.signals))
        process.start()
        process.join(arguments.limit)
        if process.is_alive():
            process.terminate()
            process.join()
            print(f"{entry['analysis']} {entry['label']}: not finished in {arguments.limit:g} s")


def _measure(file: str, entry: dict[str, object], n_signals: int) -> None:
    warnings.simplefilter("ignore")  # scipy's minimiser within pyhf
    spec = json.loads((Path(file).parent / JSON_FOLDER / str(entry["json"])).read_text())
    listed = entry["listed"]
    assert isinstance(listed, list)
    regions = json_regions(spec, listed)
    start = time.perf_counter()
    background, covariance = simplified(regions)
    fitted = time.perf_counter() - start
    signal = np.sqrt(background + np.diag(covariance))
    start = time.perf_counter()
    full = full_log_likelihood_ratio(regions, signal.tolist(), [1.0])
    full_seconds = (time.perf_counter() - start) / 2
    ours = simplified_model(regions).log_likelihood_ratio(signal, [1.0])
    worst = accuracy(regions, n_signals, np.random.default_rng(1))
    print(
        f"{entry['analysis']} {entry['label']}: {len(regions.signal)} signal regions, {len(regions.control)} control, "
        f"fit {fitted:.2f} s, full {full_seconds:.2g} s a point; signal = uncertainty in all regions: {ours[0]:.3f}, "
        f"full {full[0]:.3f}; largest difference {worst:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()

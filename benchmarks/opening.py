"""Time, size and memory of compiling each real database from its text, and of loading it afterwards.

Usage: python -m benchmarks.opening [--keep]     (without --keep in a cache of its own: nothing is read before)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

from benchmarks.common import RESULTS, machine

LOAD = """
import resource, sys, time
start = time.perf_counter()
from protomodels.predictor import load_results
from protomodels.results import open_results
imported = time.perf_counter()
info = open_results(sys.argv[1])
opened = time.perf_counter()
predictor = load_results(info.fingerprint)
loaded = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(f"{sys.argv[2]}: import {imported - start:.1f} s, open {opened - imported:.1f} s, load {loaded - opened:.1f} s, "
      f"peak memory {peak:.2f} GiB, compiled file {info.bytes / 1e6:.0f} MB, {info.n_maps} maps, "
      f"{len(predictor.catalog.analyses)} analyses, {len(predictor.catalog)} rows")
"""


def main() -> None:
    """Print a line for the first opening and one for each of three later ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="use (and fill) the user's cache")
    keep = parser.parse_args().keep
    print(machine())
    with tempfile.TemporaryDirectory() as scratch:
        environment = dict(os.environ) if keep else {**os.environ, "PROTOMODELS_CACHE": scratch}
        for archive in sorted(RESULTS.glob("*.tar.xz")):
            print(archive.name)
            for label in ("first", "later", "later", "later"):
                command = [sys.executable, "-c", LOAD, str(archive), label]
                subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()

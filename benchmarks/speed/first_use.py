"""How long the first use on a machine compiles: python -m benchmarks.speed.first_use --before COMMIT

A process with an empty cache of machine code loads the demo results and walks twenty steps, once with each commit in
turn; the same again with the cache filled, which is taken off.  With ``--joint`` also the likelihoods of several
regions, which are compiled where a policy first asks for them (database 3.0.0, combined regions).
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks.common import RESULTS, machine, spread
from benchmarks.earlier import Checkout, both

TEXT = """
import sys, time
from protomodels.combiner import combinability_for
from protomodels.predictor import load_results
from protomodels.scoring import Scorer
from protomodels.settings import policy
from protomodels.walker import Walk
results, regions = sys.argv[1:]
predictor = load_results(results)
start = time.perf_counter()
try:
    from protomodels.scoring.warm import compile_kernels
    compile_kernels(predictor, lambda line: None)
except ImportError:
    pass  # an earlier commit compiles in its first step
walk = Walk(Scorer(predictor, combinability_for(results, None), policy("default", regions)))
walk.advance(walk.start(1, 0), 20)
print(time.perf_counter() - start)
"""


def main() -> None:
    """Print the seconds of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", required=True, help="commit to compare with")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--joint", action="store_true", help="with combined regions of database 3.0.0, too")
    arguments = parser.parse_args()
    print(machine())
    uses = [("demo", "best"), *([(str(RESULTS / "smodels-3.0.0.tar.xz"), "combined")] if arguments.joint else [])]
    with both(arguments.before) as checkouts:
        for results, regions in uses:
            seconds: dict[str, list[float]] = {checkout.name: [] for checkout in checkouts}
            for _ in range(arguments.rounds):
                for checkout in checkouts:
                    first, again = (_walked(checkout, results, regions, fresh) for fresh in (True, False))
                    seconds[checkout.name].append(first - again)
            print(f"{results}, regions {regions}: seconds that the first use compiles")
            for name, values in seconds.items():
                print(f"   {name}: {spread(values)}")


def _walked(checkout: Checkout, results: str, regions: str, fresh: bool) -> float:
    """Seconds from the loaded results to the twentieth step."""
    folder = Path(tempfile.gettempdir()) / "protomodels-first-use"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    kept = os.environ.get("NUMBA_CACHE_DIR")
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    try:
        return float(checkout.python(TEXT, results, regions).split()[-1])
    finally:
        if kept is None:
            del os.environ["NUMBA_CACHE_DIR"]
        else:
            os.environ["NUMBA_CACHE_DIR"] = kept


if __name__ == "__main__":
    main()

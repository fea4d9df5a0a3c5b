"""How long the command line takes to be there, beside Python alone.

python -m benchmarks.startup [--times 15]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.common import machine, spread

COMMAND = str(Path(sys.executable).with_name("protomodels"))
LINES = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "protomodels --version": [COMMAND, "--version"],
    "protomodels --help": [COMMAND, "--help"],
    "protomodels list --help": [COMMAND, "list", "--help"],
    "protomodels run --help": [COMMAND, "run", "--help"],
}


def main() -> None:
    """Print seconds of each, in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=15)
    given = parser.parse_args()
    seconds: dict[str, list[float]] = {name: [] for name in LINES}
    for _ in range(given.times):
        for name, command in LINES.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            seconds[name].append(time.perf_counter() - start)
    print(machine())
    for name, own in seconds.items():
        print(f"{name}: {spread(own)} s")


if __name__ == "__main__":
    main()

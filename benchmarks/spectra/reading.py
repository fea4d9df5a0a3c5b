"""How long a model file takes to be read, and its reference cross sections to be made, of one core.

python -m benchmarks.spectra.reading [FOLDER] [--times 21]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.common import machine
from benchmarks.spectra.asking import FILES
from protomodels.spectrum import load_spectrum, reference_sections


def milliseconds(call: Callable[[], object], times: int) -> float:
    """Median over some calls, after one that fills caches."""
    call()
    found = []
    for _ in range(times):
        start = time.process_time()
        call()
        found.append(1000.0 * (time.process_time() - start))
    return median(found)


def main() -> None:
    """Print a row for each file of a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=FILES)
    parser.add_argument("--times", type=int, default=21)
    given = parser.parse_args()
    print(machine())
    print("| file | kB | particles | decays | pairs | read, ms | reference cross sections, ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    totals = []
    for path in sorted(given.folder.iterdir()):
        found = load_spectrum(path)
        read = milliseconds(lambda path=path: load_spectrum(path), given.times)  # type: ignore[misc]
        made = milliseconds(lambda found=found: reference_sections(found), given.times)  # type: ignore[misc]
        totals.append(read)
        pairs = 0 if found.sections is None else len(found.sections.pairs)
        counts = f"{path.stat().st_size / 1000:.0f} | {len(found.particles)} | {sum(map(len, found.decays.values()))}"
        print(f"| {path.name} | {counts} | {pairs} | {read:.2f} | {made:.2f} |")
    print(f"median {median(totals):.2f} ms, largest {max(totals):.2f} ms")


if __name__ == "__main__":
    main()

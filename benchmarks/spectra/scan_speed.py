"""Spectra a second of a scan: random models of many particles, or small ones of one decay, as SLHA files.

    python -m benchmarks.spectra.scan_speed [--kind small] [--results demo] [--models 300] [--workers 2]

What a million models would take is their number by the speed measured, with the files in the page cache, as in the
measurement: an extrapolation, which leaves out that models of another kind cost more or less.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spectra.asking import NEWEST
from benchmarks.spectra.models import random_spectra
from protomodels.campaign.scan import ScanSettings, scan_files
from protomodels.campaign.scan.front import judge_of
from protomodels.production import CrossSections
from protomodels.spectrum import Decay, NewParticle, Spectrum


def small_spectra(seed: int, n: int) -> list[Spectrum]:
    """A stop that decays to a top and the lightest particle: one structure, other masses each time."""
    rng, found = np.random.default_rng(seed), []
    pairs: Any = ((-1000006, 1000006),)
    for number in range(n):
        stop, lightest = rng.uniform(400.0, 1400.0), rng.uniform(1.0, 220.0)
        particles = {
            1000022: NewParticle(1000022, "N1", lightest, 0.0, 1, 0, 1, True),
            1000006: NewParticle(1000006, "st_1", stop, 1.0, 0, 2, 3, False),
        }
        sigma = np.array([[0.2, 1.0]]) * 1e4 * np.exp(-stop / 125.0)
        sections = CrossSections(pairs, (8.0, 13.0), sigma, np.full_like(sigma, np.nan))
        found.append(Spectrum(particles, {1000006: (Decay(1.0, (6, 1000022)),)}, sections, f"small {number}"))
    return found


def slha_of(spectrum: Spectrum) -> str:
    """A spectrum as SLHA text, with the quantum numbers of all its particles."""
    lines = ["BLOCK MASS"] + [f" {p.pid} {p.mass!r} # {p.name}" for p in spectrum.particles.values()]
    for p in spectrum.particles.values():
        lines += [f"BLOCK QNUMBERS {p.pid} # {p.name}", f" 1 {p.thrice_charge}", f" 2 {p.twice_spin + 1}"]
        lines += [f" 3 {p.colour}", f" 4 {int(not p.self_conjugate)}", f"DECAY {p.pid} {p.width!r}"]
        for decay in spectrum.decays.get(p.pid, ()):
            lines.append(f" {decay.ratio!r} {len(decay.daughters)} {' '.join(map(str, decay.daughters))}")
    sections = spectrum.sections
    assert sections is not None
    for row, pair in enumerate(sections.pairs):
        for energy, sigma in zip(sections.sqrts, sections.sigma[row].tolist(), strict=True):
            lines.append(f"XSECTION {1000.0 * energy} 2212 2212 {len(pair)} {' '.join(map(str, pair))}")
            lines.append(f" 0 2 0 0 0 0 {sigma / 1000.0!r} random")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--results", default=NEWEST)
    parser.add_argument("--models", type=int, default=300)
    parser.add_argument("--kind", choices=("many", "small"), default="many")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    spectra = (random_spectra if arguments.kind == "many" else small_spectra)(arguments.seed, arguments.models)
    judge = judge_of(arguments.results)
    start = time.perf_counter()
    judge.prepare()
    ready = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "points"
        folder.mkdir()
        for number, spectrum in enumerate(spectra):
            (folder / f"{number:07d}.slha").write_text(slha_of(spectrum))
        start = time.perf_counter()
        settings = ScanSettings(workers=arguments.workers)
        summary = scan_files([folder], Path(scratch) / "table.csv", judge, settings)
        wall = time.perf_counter() - start
    writing = wall - summary.seconds
    print(
        f"{arguments.results}, {arguments.kind}: {summary.models} models ({summary.errors} without an answer), "
        f"{arguments.workers} workers on {os.cpu_count()} cores (load {os.getloadavg()[0]:.1f}): "
        f"{summary.per_second:.0f} models/s; {ready:.1f} s to prepare, {writing:.2f} s to write the table"
    )
    hours = 1e6 / summary.models * wall / 3600.0
    print(f"a million of them, extrapolated from {summary.models}: {hours:.2f} h")


if __name__ == "__main__":
    main()

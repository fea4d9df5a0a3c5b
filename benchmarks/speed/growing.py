"""A time against a size: its table, and the exponent of its growth."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Growth:
    """Times, many at each size.

    Attributes
    ----------
    name: of what grows.
    size: its unit, the label of the axis.
    unit: of what is measured.
    values: by what was measured, then by size: all values.
    notes: lines below the table.
    """

    name: str
    size: str
    unit: str = "ms of CPU"
    values: dict[str, dict[float, list[float]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, size: float, value: float) -> None:
        """One more value."""
        self.values.setdefault(what, {}).setdefault(size, []).append(value)

    def medians(self, what: str) -> tuple[list[float], list[float]]:
        """Sizes, ascending, and the median at each."""
        own = sorted(self.values[what].items())
        return [size for size, _ in own], [float(np.median(values)) for _, values in own]

    def exponent(self, what: str, larger: bool = False) -> float:
        """The slope of log(median) against log(size), all sizes counting alike, or the larger half of them."""
        sizes, medians = self.medians(what)
        if larger:
            sizes, medians = sizes[len(sizes) // 2 :], medians[len(medians) // 2 :]
        return float(np.polyfit(np.log(sizes), np.log(medians), 1)[0])

    def fits(self, what: str) -> bool:
        """Are there sizes enough for an exponent?"""
        return len(self.values[what]) > 3

    def print(self) -> None:
        """The table in Markdown: medians and quartiles, and below each column its exponent."""
        names = list(self.values)
        print(f"\n{self.name}, {self.unit}: median (quartiles)\n")
        print("| " + " | ".join([self.size, *names]) + " |\n" + "| --- " * (1 + len(names)) + "|")
        for size in sorted({size for own in self.values.values() for size in own}):
            cells = [self._cell(self.values[what].get(size)) for what in names]
            print(f"| {size:g} | " + " | ".join(cells) + " |")
        for larger, words in ((False, "exponent"), (True, "that of the larger half")):
            exponents = [f"{self.exponent(what, larger):.2f}" if self.fits(what) else "" for what in names]
            print(f"| {words} | " + " | ".join(exponents) + " |")
        print(flush=True)
        for note in self.notes:
            print(note, flush=True)

    @staticmethod
    def _cell(values: list[float] | None) -> str:
        if not values:
            return ""
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        return f"{middle:.3g} ({low:.3g}, {high:.3g})" if len(values) > 1 else f"{middle:.3g}"


def private_mib() -> float:
    """Private memory of this process."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024.0


def alone(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """What a call gives in a new process, whose memory nothing else has used."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(call, *arguments, **named).result()


def timed(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> tuple[float, T]:
    """CPU time of a call, ms, and what it gives: it does not wait, and others on the machine shall not count."""
    start = time.process_time()
    found = call(*arguments, **named)
    return 1e3 * (time.process_time() - start), found

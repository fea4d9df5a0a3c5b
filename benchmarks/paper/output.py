"""Tables in Markdown, printed and kept for the docs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES

PAGES: Final = Path(__file__).parents[2] / "docs"
DOCS: Final = PAGES / "reproduction"


class Page:
    """Lines that are printed as they come; :meth:`write` keeps them under docs."""

    def __init__(self, name: str, command: str, folder: Path = DOCS) -> None:
        self._path = folder / f"{name}.md"
        self._lines = [f"<!-- written by: {command} -->", ""]

    def say(self, text: str = "") -> None:
        """A paragraph."""
        print(text, flush=True)
        self._lines += [text, ""]

    def table(self, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table; floats have three decimals."""
        cells = [list(header), ["---"] * len(header), *([_cell(value) for value in row] for row in rows)]
        text = "\n".join("| " + " | ".join(row) + " |" for row in cells)
        self.say(text)

    def write(self) -> None:
        """Put the page where the docs refer to it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("\n".join(self._lines))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def spectrum(model: ProtoModel) -> str:
    """Particles with masses in GeV, the heaviest first: ``X_t 1166, X_d 735, X_Z1 163``."""
    heavy = sorted(model.masses.items(), key=lambda item: -item[1])
    return ", ".join(f"{PARTICLES[pid].name} {mass:.0f}" for pid, mass in heavy)


def strengths(model: ProtoModel) -> str:
    """kappa of each particle's own pair production; the other pairs follow from the model's file."""
    own = {pid: [k for pair, k in model.ssm.items() if {abs(p) for p in pair} == {pid}] for pid in model.masses}
    return ", ".join(f"{PARTICLES[pid].name} {max(k):.2f}" for pid, k in own.items() if k and pid != LBP)

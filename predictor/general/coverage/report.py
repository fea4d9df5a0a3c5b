"""What is seen of a model and what is not, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from protomodels.predictor.general.coverage.final_states import FinalState, as_text, in_words
from protomodels.tables import Table

GROUPS = {
    "seen": "seen by a result",
    "outside_grids": "a topology fits, outside all grids",
    "missing": "missing: no topology fits",
    "missing_prompt": "  no prompt analysis, prompt decays",
    "missing_displaced": "  no displaced analysis, displaced decays",
    "missing_long_lived": "  with heavy charged particles or R-hadrons",
    "not_followed": "below the cut, or decays in other parts of the detector",
}


@dataclass(frozen=True)
class Unseen:
    """A final state that no result sees.

    Attributes
    ----------
    state: branch by branch.
    sigma: fb.
    mothers: names of the produced particles and what they contribute, fb, the largest first.
    """

    state: FinalState
    sigma: float
    mothers: tuple[tuple[str, float], ...]

    @property
    def symbols(self) -> frozenset[str]:
        """Symbols of all final particles."""
        return frozenset(symbol for _, symbols in self.state for symbol in symbols)

    @property
    def text(self) -> str:
        """As SModelS writes it."""
        return as_text(self.state)

    @property
    def words(self) -> str:
        """In the field's words."""
        return in_words(self.state)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        mothers = [{"particles": name, "sigma": sigma} for name, sigma in self.mothers]
        return {"final_state": self.text, "words": self.words, "sigma": self.sigma, "mothers": mothers}


@dataclass(frozen=True)
class Coverage:
    """How much of what a model produces any result sees; cross sections in fb.

    ``seen``, ``outside_grids``, ``missing`` and ``not_followed`` share all that is produced at ``sqrts``.  The other
    groups overlap with them: prompt decays that a displaced analysis alone covers are in ``missing_prompt``.

    Attributes
    ----------
    sqrts: TeV, the highest energy, as in SModelS.
    produced: all cross sections at each energy (TeV).
    seen: within a map of any result.
    outside_grids: a topology fits, and lies outside all maps (SModelS's ``outsideGrid (all)``).
    missing: no topology fits (``missing (all)``).
    missing_prompt, missing_displaced: none of prompt (displaced) analyses fits, times the probability of such decays.
    missing_long_lived: the part of ``missing`` with heavy charged particles or R-hadrons that leave the detector.
    not_followed: below the cut, decays that are not known, and those in parts of the detector that do not count.
    largest_missing, largest_prompt, largest_displaced, largest_outside: final states, the largest first.
    """

    sqrts: float
    produced: dict[float, float]
    seen: float
    outside_grids: float
    missing: float
    missing_prompt: float
    missing_displaced: float
    missing_long_lived: float
    not_followed: float
    largest_missing: tuple[Unseen, ...]
    largest_prompt: tuple[Unseen, ...]
    largest_displaced: tuple[Unseen, ...]
    largest_outside: tuple[Unseen, ...]

    @property
    def share_seen(self) -> float:
        """The fraction of all that is produced that any result sees; 0 where nothing is."""
        total = self.produced[self.sqrts]
        return self.seen / total if total > 0.0 else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "sqrts": self.sqrts,
            "produced": {f"{energy:g}": sigma for energy, sigma in self.produced.items()},
            "share_seen": self.share_seen,
            **{name: getattr(self, name) for name in GROUPS},
            "largest": {
                name: [entry.to_dict() for entry in getattr(self, f"largest_{name}")]
                for name in ("missing", "prompt", "displaced", "outside")
            },
        }

    def report_table(self) -> Table:
        """The groups, then the largest final states that no topology fits, and those outside all grids."""
        total = self.produced[self.sqrts]

        def row(name: str, sigma: float, mothers: str = "") -> tuple[str, str, str, str]:
            return name, f"{sigma:.4g}", f"{100.0 * sigma / total:.3g}" if total > 0.0 else "", mothers

        rows = [row("produced", total)] + [row(text, getattr(self, name)) for name, text in GROUPS.items()]
        for name, entries in (("missing", self.largest_missing), ("outside grids", self.largest_outside)):
            rows += [row(f"{name}: {e.words}", e.sigma, ", ".join(m for m, _ in e.mothers[:3])) for e in entries]
        columns = ("what", "fb", "%", "produced particles")
        return Table(f"coverage at {self.sqrts:g} TeV", columns, tuple(rows), numeric=("fb", "%"))

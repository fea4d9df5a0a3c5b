"""The answer of a closure test: what each run found, as a table, a dictionary or a data frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from protomodels.campaign.closure_result import ClosureResult, MassSpread, mass_spreads
from protomodels.particles import PARTICLES
from protomodels.runs.hiscores import particles_of
from protomodels.tables import Report, Table, data_frame

if TYPE_CHECKING:
    import pandas as pd

NEAR = 100.0
"""GeV: a mass that is found within this counts as right, as in the published closure tests."""


@dataclass(frozen=True, repr=False)
class ClosureAnswer(Sequence[ClosureResult]):
    """What the completed runs of a closure test found; a sequence of one :class:`ClosureResult` for each.

    Attributes
    ----------
    injected: masses (GeV) of the injected proto-model by pid.
    results: of the completed runs, in their order.
    wanted: runs that were asked for.
    campaign: its id in the storage.
    """

    injected: Mapping[int, float]
    results: tuple[ClosureResult, ...]
    wanted: int = 0
    campaign: str = field(default="", compare=False)

    @overload
    def __getitem__(self, place: int) -> ClosureResult: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[ClosureResult, ...]: ...
    def __getitem__(self, place: int | slice) -> ClosureResult | tuple[ClosureResult, ...]:
        return self.results[place]

    def __len__(self) -> int:
        return len(self.results)

    @property
    def complete(self) -> int:
        """Runs that found all injected particles, whatever their masses."""
        return sum(result.complete for result in self.results)

    @property
    def near(self) -> int:
        """Runs that found all injected particles with masses within 100 GeV."""
        return sum(result.within(self.injected, NEAR) for result in self.results)

    @property
    def spreads(self) -> tuple[MassSpread, ...]:
        """Bias and spread of each injected mass over the runs."""
        return mass_spreads(self.injected, self.results)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the names of ``protomodels closure --format json``."""
        return {
            "campaign": self.campaign,
            "injected": dict(self.injected),
            "found": [result.to_dict() for result in self.results],
        }

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each run (pandas), with the mass (GeV) found for each injected particle.

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        names = [PARTICLES[pid].name for pid in self.injected]
        rows = [
            {"run": r.run, "K": r.K, "complete": r.complete}
            | {PARTICLES[pid].name: r.partner[pid] for pid in self.injected}
            for r in self.results
        ]
        return data_frame(rows, ("run", "K", "complete", *names))

    def report(self) -> Report:
        """As tables for people."""
        names = tuple(PARTICLES[pid].name for pid in self.injected)
        rows = tuple(
            (r.run, "-" if r.K is None else f"{r.K:.3f}", particles_of(r.masses), *self._partners(r))
            for r in self.results
        )
        notes = [f"all particles found: {self.complete} of {len(self)} runs; masses within {NEAR:g} GeV: {self.near}"]
        notes += [
            f"{PARTICLES[s.pid].name}: off by {s.bias:+.0f} +- {s.spread:.0f} GeV in {s.n} runs" for s in self.spreads
        ]
        table = Table("", ("run", "K", "masses (GeV)", *names), rows, ("K", *names))
        return Report(f"injected: {particles_of(self.injected)} GeV", (), (table,), tuple(notes))

    def _partners(self, result: ClosureResult) -> list[str]:
        masses = [(result.partner[pid], mass) for pid, mass in self.injected.items()]
        return ["-" if found is None else f"{found:.0f} ({found - mass:+.0f})" for found, mass in masses]

    def __repr__(self) -> str:
        return f"<ClosureAnswer: injected proto-model found in {self.complete} of {len(self)} runs>"

    def _repr_html_(self) -> str:
        return self.report().html()

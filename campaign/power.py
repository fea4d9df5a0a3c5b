"""Power: how probably is an injected proto-model found, against its strength?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.closure_result import ClosureResult, MassSpread, mass_spreads
from protomodels.campaign.config import check_finite
from protomodels.database import Storage
from protomodels.errors import ConfigError
from protomodels.particles import PARTICLES
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from protomodels.statistics.intervals import Interval, clopper_pearson
from protomodels.tables import Table, data_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PowerPoint:
    """Physics closure at one strength of the signal.

    Attributes
    ----------
    strength: factor on the cross sections of the injected model.
    n: runs.
    reaching: runs whose best K is not below K_critical.
    complete: runs whose best model has all injected particles.
    spreads: of the masses.
    """

    strength: float
    n: int
    reaching: int
    complete: int
    spreads: tuple[MassSpread, ...]

    def interval(self, confidence: float = 0.95) -> Interval:
        """Clopper and Pearson's, of the probability to reach K_critical."""
        return clopper_pearson(self.reaching, self.n, confidence)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        interval = self.interval()
        values = {"strength": self.strength, "runs": self.n, "reaching": self.reaching, "complete": self.complete}
        masses = [{"pid": s.pid, "n": s.n, "bias": s.bias, "spread": s.spread} for s in self.spreads]
        return values | {"interval_95": [interval.low, interval.high], "masses": masses}


@dataclass(frozen=True, repr=False)
class PowerCurve(Sequence[PowerPoint]):
    """Power against strength; a sequence of one :class:`PowerPoint` for each strength.

    Attributes
    ----------
    K_critical: K that calls for attention.
    points: in the order of the strengths that were asked for.
    """

    K_critical: float
    points: tuple[PowerPoint, ...]

    @overload
    def __getitem__(self, place: int) -> PowerPoint: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[PowerPoint, ...]: ...
    def __getitem__(self, place: int | slice) -> PowerPoint | tuple[PowerPoint, ...]:
        return self.points[place]

    def __len__(self) -> int:
        return len(self.points)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the names of ``protomodels power --format json``."""
        return {"critical_K": self.K_critical, "points": [point.to_dict() for point in self.points]}

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each strength (pandas).

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        columns = ("strength", "runs", "reaching", "complete", "low_95", "high_95")
        rows = [(p.strength, p.n, p.reaching, p.complete, p.interval().low, p.interval().high) for p in self.points]
        return data_frame([dict(zip(columns, row, strict=True)) for row in rows], columns)

    def table(self) -> Table:
        """As a table for people."""
        columns = ("strength", f"K >= {self.K_critical:g}", "95% interval", "all particles", "bias +- spread (GeV)")
        rows = []
        for point in self.points:
            interval = point.interval()
            spreads = ", ".join(f"{PARTICLES[s.pid].name} {s.bias:+.0f} +- {s.spread:.0f}" for s in point.spreads)
            cells = (f"{point.reaching}/{point.n}", f"{interval.low:.2f} to {interval.high:.2f}")
            rows.append((f"{point.strength:g}", *cells, f"{point.complete}/{point.n}", spreads))
        return Table("", columns, tuple(rows), columns[:4])

    def __repr__(self) -> str:
        found = ", ".join(f"{p.strength:g}: {p.reaching}/{p.n}" for p in self.points)
        return f"<PowerCurve: runs that reach K = {self.K_critical:g} by strength: {found}>"

    def _repr_html_(self) -> str:
        return self.table().html()


def power_point(
    strength: float, found: Sequence[ClosureResult], injected: dict[int, float], K_critical: float
) -> PowerPoint:
    """One point of the curve."""
    reaching = sum(f.K is not None and f.K >= K_critical for f in found)
    complete = sum(f.complete for f in found)
    return PowerPoint(strength, len(found), reaching, complete, mass_spreads(injected, found))


def power_curve(
    storage: Storage,
    predictor: Predictor,
    config: ClosureConfig,
    strengths: Sequence[float],
    K_critical: float,
    how: Execution,
) -> PowerCurve:
    """A physics closure campaign for each strength, walked to its end; runs that are stored are not walked again.

    Parameters
    ----------
    config: of the closure tests; its strength does not count.
    K_critical: K that calls for attention, such as the 95% quantile of a global p-value's universes.

    Raises
    ------
    ConfigError: where a strength, or K_critical, is impossible; nothing is stored then.
    KeyboardInterrupt: completed runs and steps are kept.
    """
    if not isinstance(strengths, Iterable):
        raise ConfigError("strengths", strengths, "a list of factors on the cross sections")
    check_finite("critical_K", K_critical)
    points = []
    for own in [replace(config, strength=strength) for strength in strengths]:
        campaign = ClosureCampaign.create(storage, own, predictor)
        points.append(power_point(own.strength, campaign.walk(how), dict(campaign.model.masses), K_critical))
    return PowerCurve(K_critical, tuple(points))

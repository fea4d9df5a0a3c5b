"""Power: how probably is an injected proto-model found, against its strength?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from protomodels.campaign.closure import ClosureCampaign, ClosureConfig, ClosureResult, MassSpread, mass_spreads
from protomodels.database import Storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from protomodels.statistics.intervals import Interval, clopper_pearson


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
) -> tuple[PowerPoint, ...]:
    """A physics closure campaign for each strength, walked to its end; those that were walked before are not again.

    Parameters
    ----------
    config: of the closure tests; its strength does not count.
    K_critical: K that calls for attention, such as the 95% quantile of a global p-value's universes.

    Raises
    ------
    ConfigError: where a strength is impossible.
    KeyboardInterrupt: what is done is kept.
    """
    points = []
    for strength in strengths:
        own = replace(config, strength=strength)
        campaign = ClosureCampaign.create(storage, own, predictor)
        points.append(power_point(strength, campaign.walk(how), dict(campaign.model.masses), K_critical))
    return tuple(points)

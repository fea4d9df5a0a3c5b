"""K of one model in every release, and what came in between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from protomodels.campaign.timeline.changes import Step, step_between
from protomodels.campaign.timeline.releases import Release
from protomodels.campaign.timeline.verdict import verdict
from protomodels.errors import CombinationError, PredictionError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.scoring import Evaluation
from protomodels.tables import finite


@dataclass(frozen=True, slots=True)
class Standing:
    """What one release says of a model.

    Attributes
    ----------
    release: its name.
    K, Z, mu_hat: None where there is no K, and ``reason`` says why.
    mu_max: largest allowed signal strength, inf without a limit.
    limit: the analysis that sets it; empty without one.
    analyses: of the best combination, the one that gives most first.
    unseen: particles (but the LBP) that no result of the release sees.
    """

    release: str
    K: float | None
    Z: float | None
    mu_hat: float | None
    mu_max: float
    limit: str
    analyses: tuple[str, ...]
    unseen: tuple[str, ...]
    reason: str | None

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        values = {name: getattr(self, name) for name in self.__slots__ if name not in ("analyses", "unseen")}
        found: dict[str, Any] = finite(values | {"analyses": list(self.analyses), "unseen": list(self.unseen)})
        return found


@dataclass(frozen=True)
class History:
    """A model through the releases.

    Attributes
    ----------
    model: which one.
    label: what the user knows it by: a file, ``proto-model 17``.
    standings: in each release.
    steps: from each release to the next one, one fewer.
    """

    model: ProtoModel
    label: str
    standings: tuple[Standing, ...]
    steps: tuple[Step, ...]

    @property
    def K(self) -> tuple[float | None, ...]:  # noqa: N802 - the field's letter
        """K in each release."""
        return tuple(standing.K for standing in self.standings)

    @property
    def verdict(self) -> tuple[str, str]:
        """Growing, dying or unchanged, and why; see :func:`protomodels.campaign.timeline.verdict.verdict`."""
        return verdict(self.K)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        word, why = self.verdict
        return {
            "label": self.label,
            "model": self.model.as_dict(),
            "verdict": word,
            "why": why,
            "releases": [standing.to_dict() for standing in self.standings],
            "steps": [step.to_dict() for step in self.steps],
        }


def history_of(model: ProtoModel, label: str, releases: Sequence[Release]) -> History:
    """Evaluate a model in each release, and without each analysis that came in between.

    Parameters
    ----------
    releases: the oldest first.
    """
    found: list[Evaluation | None] = []
    standings = []
    for release in releases:
        try:
            evaluation = release.scorer.evaluate(model)
        except (PredictionError, CombinationError) as error:
            found.append(None)
            standings.append(Standing(release.name, None, None, None, math.inf, "", (), (), str(error)))
        else:
            found.append(evaluation)
            standings.append(_standing(release.name, evaluation))
    pairs = zip(releases, releases[1:], found, found[1:], strict=False)
    return History(model, label, tuple(standings), tuple(step_between(*pair) for pair in pairs))


def _standing(name: str, evaluation: Evaluation) -> Standing:
    seen = frozenset().union(*evaluation.predictions.particles)
    unseen = tuple(PARTICLES[pid].name for pid in evaluation.model.masses if pid != LBP and pid not in seen)
    reason = evaluation.reason
    if reason is not None and unseen:
        reason = f"{reason}; {', '.join(unseen)}: no map of this release"
    return Standing(
        name,
        evaluation.K,
        evaluation.Z,
        evaluation.mu_hat,
        evaluation.mu_max,
        evaluation.limits[0].analysis if evaluation.limits and not math.isinf(evaluation.mu_max) else "",
        tuple(dict.fromkeys(c.analysis for c in evaluation.contributions)),
        unseen,
        reason,
    )

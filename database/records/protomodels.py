"""Records of proto-models: what a walker proposes, what is stored, and what explains a score.

Masses are in GeV. Observed, expected and signal are numbers of events for efficiency maps (type ``EM``), and cross
sections in fb for upper limits (type ``UL``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    """A result of the best combination; ``llr`` is its share of the log-likelihood ratio.

    ``region`` is the signal region, None for upper limits.
    """

    analysis: str
    region: str | None
    type: str
    observed: float
    expected: float
    signal: float
    llr: float


@dataclass(frozen=True, slots=True)
class LimitRecord:
    """A published limit that the critic looked at.

    ``r_obs`` and ``r_exp`` are signal over observed and over expected limit; ``r_exp`` is None where no expected limit
    is published.
    """

    analysis: str
    region: str | None
    type: str
    r_obs: float
    r_exp: float | None
    signal: float


@dataclass(frozen=True, slots=True)
class HiscoreRecord:
    """A proto-model that a walker proposes for the hiscores of its run.

    Attributes
    ----------
    step: of the walker, at which it was found.
    K, Z: its score, and its significance before the penalty for the number of parameters.
    mu_hat: the signal strength that fits the data best.
    mu_max: the largest one that the critic allows; None where no limit holds the model back.
    n_particles, n_br, n_ssm: the numbers of parameters that K is penalised for: particles, branching ratios, signal
        strength multipliers.
    model_json: the model; kept verbatim.
    fingerprint: the identity of the exact model.
    channels: all its decays in one text, such as ``1000006:1000022,6``.
    masses: GeV by pid, by which hiscores are searched.
    contributions, limits: what explains the score, in their order.
    """

    step: int
    K: float
    Z: float
    mu_hat: float
    mu_max: float | None
    n_particles: int
    n_br: int
    n_ssm: float
    model_json: str
    fingerprint: str
    channels: str
    masses: Mapping[int, float]
    contributions: Sequence[ContributionRecord] = ()
    limits: Sequence[LimitRecord] = ()


@dataclass(frozen=True, slots=True)
class HiscoreSummary:
    """A stored proto-model as a line of a list; the fields are those of `HiscoreRecord`, and where it was found.

    ``verdict`` and ``K_without_strongest`` are of its judgement: None where it was not judged.
    """

    id: int
    run: str
    walker: int
    step: int
    K: float
    Z: float
    mu_hat: float
    mu_max: float | None
    n_particles: int
    n_br: int
    n_ssm: float
    fingerprint: str
    channels: str
    created_at: datetime
    masses: Mapping[int, float]
    verdict: str | None = field(default=None, kw_only=True)
    K_without_strongest: float | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ProtomodelRecord(HiscoreSummary):
    """A stored proto-model with everything that explains its score; ``judgement`` is JSON, None where there is none."""

    model_json: str
    contributions: tuple[ContributionRecord, ...]
    limits: tuple[LimitRecord, ...]
    judgement: str | None = field(default=None, kw_only=True)

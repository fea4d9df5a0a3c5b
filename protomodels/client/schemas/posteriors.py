"""Posteriors: chains of a sampler, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from protomodels.client.schemas.base import Answer


class Probability(Answer):
    """A probability, the error of its computation, and the prior probability."""

    probability: float
    error: float
    prior: float


class ContentProbability(Probability):
    """The same of a content, by the names of its particles; none for the Standard Model."""

    particles: list[str]


class LogBayesFactor(Answer):
    """ln B of new particles against the Standard Model, with its standard error, or 95% bounds."""

    value: float | None
    error: float | None
    at_least: float | None
    at_most: float | None


class Quantity(Answer):
    """A mass (GeV), branching ratio or multiplier where it is there: median, shortest intervals, mixing of the chains.

    Attributes
    ----------
    given: the particles without which it is not there; ``share``: of the draws, those in which it is.
    r_hat, bulk, tail: None where they are not defined.
    judged: whether ``converged`` counts it.
    """

    name: str
    given: list[str]
    share: float
    median: float
    low68: float
    high68: float
    low95: float
    high95: float
    r_hat: float | None
    bulk: float | None
    tail: float | None
    judged: bool


class PredictedSignal(Answer):
    """The signal in a result over the draws: mean and 68% band, events or (UL) fb; over the expected limit its mean."""

    analysis: str
    region: str
    type: str
    signal: float
    low: float
    high: float
    r_expected: float


class PosteriorAnswer(Answer):
    """What chains say; read ``converged`` first.

    Attributes
    ----------
    reasons: why they have not converged.
    corner: masses (GeV) in some draws with the most probable content.
    diagnostics: betas, exchange rates, round trips and accepted moves of the chains.
    """

    target: str
    prior_only: bool
    converged: bool
    reasons: list[str]
    particles: dict[str, Probability]
    contents: list[ContentProbability]
    log_bayes_factor: LogBayesFactor
    by_integration: LogBayesFactor
    by_visits: LogBayesFactor
    quantities: list[Quantity]
    regions: list[PredictedSignal]
    corner: dict[str, Any]
    diagnostics: dict[str, Any]


class PosteriorInfo(Answer):
    """A posterior.

    Attributes
    ----------
    state: queued, running, paused, cancelling, cancelled, completed, failed or crashed; ``reason`` says why.
    settings: what its chains depend on.
    n_chains, n_sweeps, sweeps_done: number of chains, of sweeps of each, and of those done by all.
    attempt, runner, heartbeat_at, leased_at, leased_sweeps: as for a run.
    """

    id: str
    state: str
    reason: str
    created_at: datetime
    settings: dict[str, Any]
    results_name: str
    results_fingerprint: str
    n_chains: int
    n_sweeps: int
    sweeps_done: int
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_sweeps: int


class PosteriorDetail(PosteriorInfo):
    """A posterior with its answer, None until its chains are complete."""

    answer: PosteriorAnswer | None

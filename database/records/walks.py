"""Records of walks: steps, chunks of them, where walkers stand and what they took over from one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protomodels.database.records.protomodels import HiscoreRecord


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a walker.

    Attributes
    ----------
    step: its number; the first step of a walker is 1.
    K, Z: of the walker's proto-model after the step; K is None while no result sees it.
    accepted: whether the proposal was accepted.
    move: what was proposed.
    n_particles: of the walker's proto-model after the step.
    mu_hat, mu_max: the signal strength that fits the data best, and the largest that the critic allows, of the proposal
        before it was scaled; None where it had no score.
    """

    step: int
    K: float | None
    Z: float
    accepted: bool
    move: str
    n_particles: int
    mu_hat: float | None
    mu_max: float | None


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """Consecutive steps of one walker, with its state after the last of them: committed whole or not at all.

    Attributes
    ----------
    first_step: the number of the first of them.
    steps: one or more, without gaps.
    walker_state_json, rng_json: the walker and its random numbers after the last step; kept verbatim.
    hiscores: proto-models of these steps that may belong to the best of the walker.
    """

    first_step: int
    steps: Sequence[StepRecord]
    walker_state_json: str
    rng_json: str
    hiscores: Sequence[HiscoreRecord] = ()


@dataclass(frozen=True, slots=True)
class PackedChunk:
    """A chunk that was checked and packed by `pack_chunk`, best in the process that computed it.

    Attributes
    ----------
    first_step, n_steps: the number of the first step, and how many there are.
    best_K: highest K of its hiscores, not of its steps: a new best is scored once more, as it is stored. None without
        hiscores.
    packed: the steps, see `protomodels.database.packing`.
    walker_state_json, rng_json, hiscores: as in `ChunkRecord`.
    """

    first_step: int
    n_steps: int
    best_K: float | None
    packed: bytes
    walker_state_json: str
    rng_json: str
    hiscores: Sequence[HiscoreRecord] = ()


@dataclass(frozen=True, slots=True)
class WalkerRecord:
    """Where a walker stands after its last committed chunk: what a resumed walk continues from.

    ``best_K`` is the highest K of its hiscores so far, None without any.
    """

    walker: int
    step: int
    state_json: str
    rng_json: str
    best_K: float | None


@dataclass(frozen=True, slots=True)
class ExchangeRecord:
    """At the end of ``step`` a walker took over the model of the walker ``source``; its state after that."""

    step: int
    walker: int
    source: int
    state_json: str
    rng_json: str


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """How a run went, in a few points.

    Attributes
    ----------
    steps: the last step of each part of the run, (parts,).
    K: for each walker its highest K in each part, None where it has none there, (walkers, parts).
    moves: by name how often a move was proposed, and how often it was accepted.
    """

    steps: tuple[int, ...]
    K: tuple[tuple[float | None, ...], ...]
    moves: Mapping[str, tuple[int, int]]

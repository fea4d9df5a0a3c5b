"""A run with all that belongs to it: what goes from one storage to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from protomodels.database.records.protomodels import ProtomodelRecord
from protomodels.database.records.runs import EventRecord, ResultsRecord, RunRecord, TransitionRecord
from protomodels.database.records.walks import ExchangeRecord, StepRecord, WalkerRecord


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """Consecutive steps of a walker as they were committed, by which attempt."""

    walker: int
    first_step: int
    attempt: int
    steps: Sequence[StepRecord]


@dataclass(frozen=True, slots=True)
class WholeRun:
    """A run, and everything that is stored of it; campaigns that it is part of are not.

    Attributes
    ----------
    run: its record.
    results: the LHC results that it is made with, not their content.
    combinability_table: the text of the user's table, None without one.
    universe: the recipe of the data that are walked on, None for the published data.
    transitions, log: what happened to it, oldest first.
    walkers, chunks, exchanges: in the order of walkers, of walkers and steps, of steps and walkers.
    protomodels: its hiscores, in the order in which they were stored.
    """

    run: RunRecord
    results: ResultsRecord
    combinability_table: str | None
    universe: str | None
    transitions: Sequence[TransitionRecord]
    log: Sequence[EventRecord]
    walkers: Sequence[WalkerRecord]
    chunks: Sequence[StoredChunk]
    exchanges: Sequence[ExchangeRecord]
    protomodels: Sequence[ProtomodelRecord]

"""Records of batches: model files that are judged one by one, and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from protomodels.database.states import RunState


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to be created.

    Attributes
    ----------
    name: what it is called; need not be unique.
    settings_json, columns_json: what its rows depend on, and the columns that they have; kept verbatim.
    results_fingerprint: of the LHC results that judge.
    models: names and texts of the models, in their order.
    combinability_table: the JSON text of the user's table; None without one. Kept verbatim.
    """

    name: str
    settings_json: str
    columns_json: str
    results_fingerprint: str
    models: Sequence[tuple[str, str]]
    combinability_table: str | None = None


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A stored batch; times are in UTC.

    Attributes
    ----------
    id: ``b`` and eight hexadecimal digits; ids sort by creation.
    name, settings_json, columns_json, results_fingerprint: as in `NewBatch`.
    state, reason: where the batch stands, and what was said when it came there.
    n_models, models_done, errors: number of models, of those that have a row, and of those whose row is an error.
    attempt, runner, heartbeat_at, leased_at: as for a run.
    leased_models: number of rows when it was taken up.
    """

    id: str
    created_at: datetime
    name: str
    settings_json: str
    columns_json: str
    results_fingerprint: str
    state: RunState
    reason: str
    n_models: int
    models_done: int
    errors: int
    attempt: int
    runner: str | None
    heartbeat_at: datetime | None
    leased_at: datetime | None
    leased_models: int


@dataclass(frozen=True, slots=True)
class BatchModel:
    """A model that waits for its row: its place in the batch, from 0, its name and its text."""

    position: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A model of a batch with its row: JSON, None while it waits; ``error`` is the reason where it is no answer."""

    position: int
    name: str
    row_json: str | None
    error: str | None

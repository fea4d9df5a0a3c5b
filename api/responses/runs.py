"""Runs."""

from __future__ import annotations

import json
from typing import Any

from protomodels.client.schemas import LogEntry, RunDetail, RunInfo, Transition
from protomodels.database import EventRecord, RunRecord, Storage


def run_info(record: RunRecord) -> RunInfo:
    """A run as lists show it."""
    return RunInfo(**_values(record))


def run_detail(storage: Storage, record: RunRecord) -> RunDetail:
    """A run with its best proto-model and its changes of state."""
    return RunDetail(
        **_values(record),
        best_protomodel=storage.progress(record.id).best_protomodel,
        versions=dict(record.versions),
        transitions=[Transition.model_validate(change) for change in storage.transitions(record.id)],
    )


def log_entry(number: int, event: EventRecord) -> LogEntry:
    """An entry of a run's log; ``number`` is its place."""
    return LogEntry(number=number, at=event.at, level=event.level, message=event.message)


def _values(record: RunRecord) -> dict[str, Any]:
    names = [name for name in RunInfo.model_fields if name not in ("config", "state")]
    values = {name: getattr(record, name) for name in names}
    return {**values, "config": json.loads(record.config_json), "state": str(record.state)}

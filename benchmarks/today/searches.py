"""Runs on today's data, kept in a storage: what is there is not computed again, what stopped goes on."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.common import RESULTS
from benchmarks.paper.runs import FOLDER
from protomodels.campaign.same_search import check_goes_on
from protomodels.database import RunRecord, RunState, Storage
from protomodels.predictor import load_results
from protomodels.runs.front import resume, run
from protomodels.runs.new import new_config

STORAGE: Final = f"sqlite:///{FOLDER / 'today.db'}"
COSTS: Final = FOLDER / "today-costs.json"
"""Core minutes of each run, all its processes together, kernels and results that were loaded included."""


def archive_of(release: str) -> str:
    """Where a release of the results is; ``demo`` is the demo's."""
    return release if release == "demo" else str(RESULTS / f"smodels-{release}.tar.xz")


def known_run(storage: Storage, archive: str, options: dict[str, Any]) -> RunRecord | None:
    """The stored run with these options on this release, as far as it came; None where it was not begun."""
    config = new_config(archive, **options)
    return storage.find_run(config.to_json(), load_results(archive).fingerprint)


def completed(storage: Storage, archive: str, options: dict[str, Any]) -> str | None:
    """The completed run with these options; None where it is not there, or not finished."""
    known = known_run(storage, archive, options)
    return known.id if known is not None and known.state is RunState.COMPLETED else None


def searched(storage: Storage, archive: str, options: dict[str, Any]) -> str:
    """The run with these options on this release: the stored one, gone on with, or a new one.

    Raises
    ------
    ConfigError: where the stored one was made by another version of the search: that needs another storage.
    """
    known = known_run(storage, archive, options)
    if known is not None:
        check_goes_on(known)
        known = _at_rest(storage, known)
    if known is not None and known.state is RunState.COMPLETED:
        return known.id
    before = _cpu_seconds()
    if known is None:
        found = run(archive, **options, storage=storage, progress=False).id
    else:
        found = resume(known.id, storage=storage, progress=False).id
    costs = core_minutes()
    costs[found] = costs.get(found, 0.0) + (_cpu_seconds() - before) / 60.0
    COSTS.parent.mkdir(parents=True, exist_ok=True)
    COSTS.write_text(json.dumps(costs))
    return found


def core_minutes() -> dict[str, float]:
    """Core minutes of the runs that were made here, by run."""
    found: dict[str, float] = json.loads(COSTS.read_text()) if Path(COSTS).exists() else {}
    return found


def _at_rest(storage: Storage, record: RunRecord) -> RunRecord:
    """The run once nobody is at work on it: one that was killed counts as at work for some seconds more."""
    while record.state in (RunState.RUNNING, RunState.CANCELLING):
        time.sleep(1.0)
        storage.expire_leases()
        record = storage.get_run(record.id)
    return record


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)

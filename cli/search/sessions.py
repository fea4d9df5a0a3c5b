"""What ``run`` and ``resume`` do: a run executed here, or followed while others walk it, and their answer."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final, cast

import typer

from protomodels.cli.options import Format, write_json
from protomodels.cli.remote import AnyStorage
from protomodels.cli.score.demo_comparison import print_comparison
from protomodels.cli.score.show import print_protomodel
from protomodels.cli.search.takeover import Held, freed
from protomodels.client.runs import RunSettings
from protomodels.database import FINAL, Labels, Lease, RunState, Storage, with_retries
from protomodels.run_settings import RUN_SETTINGS
from protomodels.runs import Execution, Progress, Run, RunConfig
from protomodels.runs.progress import ProgressDisplay

PAUSED_EXIT: Final = 130
_LOOK_SECONDS: Final = 0.5


def settings_of(config: RunConfig, results: str, labels: Labels) -> RunSettings:
    """The request for such a run to a service; its results are the service's, its table goes along."""
    table = None if config.combinable is None else json.loads(Path(config.combinable).read_text())
    values = {setting.name: getattr(config, setting.name) for setting in RUN_SETTINGS}
    called = {name: value for name, value in asdict(labels).items() if value}
    return cast(RunSettings, values | {"results": results, "combinable": table} | called)


def execute(storage: Storage, run_: Run, how: Execution, output: Format, lease: Lease | None = None) -> None:
    display = ProgressDisplay()
    # a service manager's way of saying stop; as with Ctrl-C, what is at work is finished and kept
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        progress = run_.execute(how, display, lease)
    except KeyboardInterrupt:
        display.finish()
        sys.stderr.write(f"run {run_.id} is paused and kept; go on with: protomodels resume {run_.id}\n")
        if output is Format.JSON:
            write_json(_answer(storage, run_.id, None))
        raise
    display.finish()
    _report(storage, run_, output, progress)


def _report(storage: Storage, run_: Run, output: Format, progress: Progress) -> None:
    state = storage.get_run(run_.id).state
    if output is Format.JSON:
        write_json(_answer(storage, run_.id, progress.steps_per_second))
    elif state is RunState.COMPLETED:
        _print_best(storage, run_)
    if state is not RunState.COMPLETED:
        sys.stderr.write(f"run {run_.id} is {state} and kept\n")
        raise typer.Exit(PAUSED_EXIT)


def _print_best(storage: Storage, run_: Run) -> None:
    best = storage.progress(run_.id).best_protomodel
    if best is None:
        sys.stdout.write(f"run {run_.id} found no model that any result sees\n")
        return
    record = storage.protomodel(best)
    print_protomodel(record)
    if run_.config.results == "demo":
        print_comparison(record, run_.scorer)
    sys.stdout.write(f"\nmore: protomodels show {best}; protomodels hiscores --run {run_.id}\n")


def follow(storage: AnyStorage, run_id: str, output: Format, detach: bool) -> None:
    """Show how a queued run goes on, till its end; Ctrl-C ends the showing, not the run."""
    state, speed = RunState.QUEUED, None
    display = ProgressDisplay()
    try:
        while not detach and state not in (*FINAL, RunState.PAUSED):
            time.sleep(_LOOK_SECONDS)
            record = with_retries(lambda: storage.get_run(run_id))
            state = record.state
            if record.leased_at is not None and record.heartbeat_at is not None:
                seconds = max((record.heartbeat_at - record.leased_at).total_seconds(), _LOOK_SECONDS)
                speed = (record.steps_done - record.leased_steps) / seconds
            display(Progress(record.steps_done, record.n_walkers * record.n_steps, record.best_K, speed or 0.0))
    except KeyboardInterrupt:
        display.finish()
        sys.stderr.write(f"run {run_id} goes on; look at it with: protomodels status {run_id}\n")
        raise
    display.finish()
    if output is Format.JSON:
        write_json(_answer(storage, run_id, speed))
    else:
        sys.stdout.write(f"run {run_id} is {state}; more: protomodels hiscores --run {run_id}\n")
    if not detach and state is not RunState.COMPLETED:
        raise typer.Exit(PAUSED_EXIT if state is not RunState.FAILED else 1)


def wait_until_freed(storage: Storage, identity: str) -> None:
    """Take a run, batch or posterior from a runner that is gone; wait for one that may be, and say which."""
    by_letter: dict[str, tuple[Callable[[str], Held], Callable[[str, str, str], object]]] = {
        "r": (storage.get_run, storage.set_state),
        "b": (storage.get_batch, storage.set_batch_state),
        "p": (storage.get_posterior, storage.set_posterior_state),
    }
    read, change = by_letter.get(identity[0], by_letter["r"])
    freed(
        lambda: read(identity),
        lambda reason: change(identity, RunState.CRASHED, reason),
        storage.expire_leases,
        lambda words: sys.stderr.write(f"{words}\n"),
    )


def _answer(storage: AnyStorage, run_id: str, steps_per_second: float | None) -> dict[str, object]:
    stored = storage.progress(run_id)
    return {
        "run": run_id,
        "state": str(storage.get_run(run_id).state),
        "best_K": stored.best_K,
        "best_protomodel": stored.best_protomodel,
        "steps": stored.steps_done,
        "steps_per_second": steps_per_second,
    }

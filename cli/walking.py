"""``protomodels run`` and ``protomodels resume``."""

from __future__ import annotations

import secrets
import sys
from enum import StrEnum
from typing import Annotated

import typer

from cli.hidden import print_comparison
from cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyChoice,
    PolicyOption,
    RegionsChoice,
    RegionsOption,
    ResultsOption,
    StorageOption,
    load,
    write_json,
)
from cli.progress import ProgressDisplay
from cli.stored import print_protomodel
from database import RunState, Storage, default_url, open_storage
from protomodels.errors import ConfigError
from walker import Progress, Run, RunConfig
from walker.config import file_sha256


class ExecutorChoice(StrEnum):
    """Where steps are computed."""

    INLINE = "inline"
    PROCESS = "process"


ExecutorOption = Annotated[ExecutorChoice, typer.Option("--executor", help="inline: one process; process: all cores")]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, max=1024, help="processes; default: all cores")]


def run(
    results: ResultsOption = "demo",
    walkers: Annotated[int, typer.Option("--walkers", help="number of walks")] = 50,
    steps: Annotated[int, typer.Option("--steps", help="steps of each walk")] = 1000,
    seed: Annotated[int | None, typer.Option("--seed", help="of all random numbers; default: a new one")] = None,
    policy_name: PolicyOption = PolicyChoice.DEFAULT,
    regions: RegionsOption = RegionsChoice.BEST,
    combinable: CombinableOption = None,
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Walk: many walks climb towards proto-models of high K; their hiscores are stored."""
    config = RunConfig(
        results=results,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        walkers=walkers,
        steps=steps,
        policy=policy_name.value,
        regions=regions.value,
        combinable=combinable,
        combinable_sha256="" if combinable is None else file_sha256(combinable),
    )
    config.combinability()
    with open_storage(storage or default_url()) as opened:
        predictor = load(results)
        run_ = Run.create(opened, config, predictor)
        sys.stderr.write(f"run {run_.id}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
        _execute(opened, run_, executor, workers, output)


def resume(
    run_id: Annotated[str, typer.Argument(help="the run to go on with")],
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Go on with a run that was interrupted; it ends as if it had not been."""
    with open_storage(storage or default_url()) as opened:
        record = opened.get_run(run_id)
        if record.state == RunState.RUNNING:
            # whoever left it so is gone without a word: a killed process cannot write down its end
            opened.set_state(run_id, RunState.CRASHED, "found without a runner by resume")
        elif record.state not in (RunState.QUEUED, RunState.PAUSED, RunState.CRASHED):
            raise ConfigError("run", f"{run_id} ({record.state})", "a run that is queued, paused or crashed")
        config = RunConfig.from_json(record.config_json)
        _execute(opened, Run.resume(opened, run_id, load(config.results)), executor, workers, output)


def _execute(storage: Storage, run_: Run, executor: ExecutorChoice, workers: int | None, output: Format) -> None:
    display = ProgressDisplay()
    try:
        progress = run_.execute(executor.value, workers, display)
    except KeyboardInterrupt:
        display.finish()
        sys.stderr.write(f"run {run_.id} is paused and kept; go on with: protomodels resume {run_.id}\n")
        if output is Format.JSON:
            write_json(_answer(storage, run_.id, None))
        raise
    if output is Format.JSON:
        write_json(_answer(storage, run_.id, progress))
        return
    best = storage.progress(run_.id).best_protomodel
    if best is None:
        sys.stdout.write(f"run {run_.id} found no model that any result sees\n")
        return
    record = storage.protomodel(best)
    print_protomodel(record)
    if run_.config.results == "demo":
        print_comparison(record, run_.scorer)
    sys.stdout.write(f"\nmore: protomodels show {best}; protomodels hiscores --run {run_.id}\n")


def _answer(storage: Storage, run_id: str, progress: Progress | None) -> dict[str, object]:
    stored = storage.progress(run_id)
    return {
        "run": run_id,
        "state": str(storage.get_run(run_id).state),
        "best_K": stored.best_K,
        "best_protomodel": stored.best_protomodel,
        "steps": stored.steps_done,
        "steps_per_second": None if progress is None else progress.steps_per_second,
    }

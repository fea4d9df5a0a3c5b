"""Runs in the storage: ``list``, ``status``, ``pause``, ``cancel``, ``delete``."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from protomodels.cli.console import wide_console
from protomodels.cli.naming import run_named
from protomodels.cli.options import Format, FormatOption, ServerOption, StateChoice, StorageOption, write_json
from protomodels.cli.resources import local, opened
from protomodels.cli.search.posteriors import change, is_posterior, status_of
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.cli.remote import AnyStorage
    from protomodels.database import RunRecord, RunState

RunArgument = Annotated[str, typer.Argument(help="id or name of a run, or latest; or of a posterior")]


class Sort(StrEnum):
    """What a list of runs is sorted by."""

    CREATED = "created"
    K = "K"
    STEPS = "steps"


def list_runs(
    state: Annotated[
        list[StateChoice] | None, typer.Option("--state", help="only runs in this state; may be repeated")
    ] = None,
    results: Annotated[
        str | None, typer.Option("--results", help="only runs on these results: their name or fingerprint")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", help="only runs with this tag; may be repeated: with all of them")
    ] = None,
    sort: Annotated[
        Sort, typer.Option("--sort", help="created: newest first; K: highest first; steps: longest first")
    ] = Sort.CREATED,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="largest number of runs")] = 50,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """List runs: newest, best or longest first."""
    with opened(storage, server) as stored:
        stored.expire_leases()
        found = stored.list_runs(limit, state, results=results, sort=sort.value, tags=tag or ())
        rows = [row_of(record) for record in found]
    if output is Format.JSON:
        write_json(rows)
    else:
        _print(rows)


def status(
    run: Annotated[
        str | None, typer.Argument(help="id or name of a run, or of a posterior, or latest; default: all runs")
    ] = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Show how far runs have come."""
    if run is None:
        list_runs(storage=storage, server=server, output=output)
        return
    if is_posterior(run):
        status_of(storage, server, run, output)
        return
    with opened(storage, server) as stored:
        stored.expire_leases()
        run = run_named(stored, run)
        row = row_of(stored.get_run(run))
        row["best_protomodel"] = stored.progress(run).best_protomodel
        row["walkers"] = [{"walker": w.walker, "step": w.step, "best_K": w.best_K} for w in stored.walker_states(run)]
        row["transitions"] = [
            {"at": t.at.isoformat(), "from": t.from_state, "to": str(t.to_state), "reason": t.reason}
            for t in stored.transitions(run)
        ]
    if output is Format.JSON:
        write_json(row)
        return
    _print([row])
    table = Table("when (UTC)", "state", "reason")
    for t in row["transitions"]:
        table.add_row(t["at"][:19], t["to"], t["reason"])
    wide_console().print(table)
    if row["note"]:
        sys.stdout.write(f"note: {row['note']}\n")
    left = "" if row["seconds_left"] is None else f", about {row['seconds_left']:.0f} s left"
    if row["steps_per_second"] is not None:
        sys.stdout.write(f"attempt {row['attempt']} by {row['runner']}: {row['steps_per_second']:.1f} steps/s{left}\n")


def pause(run: RunArgument, storage: StorageOption = None, server: ServerOption = None) -> None:
    """Pause a run; `protomodels resume` continues it."""
    from protomodels.database import RunState

    if is_posterior(run):
        change(storage, server, run, cancel=False)
        return
    with opened(storage, server) as stored:
        _change(stored, run, RunState.PAUSED)


def cancel(run: RunArgument, storage: StorageOption = None, server: ServerOption = None) -> None:
    """Cancel a run for good; its hiscores stay."""
    from protomodels.database import RunState

    if is_posterior(run):
        change(storage, server, run, cancel=True)
        return
    with opened(storage, server) as stored:
        stored.expire_leases()
        run = run_named(stored, run)
        at_work = stored.get_run(run).state is RunState.RUNNING
        _change(stored, run, RunState.CANCELLING if at_work else RunState.CANCELLED)


def delete(
    run: RunArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
    storage: StorageOption = None,
) -> None:
    """Delete a run with all that it found."""
    with local(storage) as stored:
        stored.expire_leases()
        if is_posterior(run):
            found = stored.get_posterior(run)
            _make_sure(f"posterior {run} ({found.state}, {found.sweeps_done} sweeps)", run, yes)
            stored.delete_posterior(run)
        else:
            run = run_named(stored, run)
            record = stored.get_run(run)
            _make_sure(f"run {run} ({record.state}, {record.steps_done} steps)", run, yes)
            stored.delete_run(run)
    sys.stdout.write(f"{'posterior' if is_posterior(run) else 'run'} {run} is deleted\n")


def _make_sure(what: str, identity: str, yes: bool) -> None:
    if not yes and _answer(f"delete {what} for good? [y/N] ") not in ("y", "yes"):
        raise ConfigError("delete", identity, "y as the answer, or --yes; nothing was deleted")


def _answer(question: str) -> str:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower()


def _change(stored: AnyStorage, run: str, to: RunState) -> None:
    stored.expire_leases()
    run = run_named(stored, run)
    stored.set_state(run, to, "as asked")
    sys.stdout.write(f"run {run} is {to}\n")


def row_of(record: RunRecord) -> dict[str, Any]:
    """A run as a line of a list: plain values for tables and JSON."""
    universe = None if record.universe is None else json.loads(record.config_json).get("universe")
    total = record.n_walkers * record.n_steps
    speed = None
    if record.runner is not None and record.leased_at is not None and record.heartbeat_at is not None:
        seconds = (record.heartbeat_at - record.leased_at).total_seconds()
        speed = (record.steps_done - record.leased_steps) / seconds if seconds > 0.0 else None
    return {
        "run": record.id,
        "name": record.name,
        "note": record.note,
        "tags": list(record.tags),
        "state": str(record.state),
        "reason": record.reason,
        "steps": record.steps_done,
        "total": total,
        "best_K": record.best_K,
        "results": record.results_name,
        "seed": record.seed,
        "universe": universe,
        "created_at": record.created_at.isoformat(),
        "attempt": record.attempt,
        "runner": record.runner,
        "heartbeat_at": None if record.heartbeat_at is None else record.heartbeat_at.isoformat(),
        "steps_per_second": speed,
        "seconds_left": (total - record.steps_done) / speed if speed else None,
    }


def _label(universe: dict[str, Any]) -> str:
    from protomodels.universes import Universe

    return Universe(**{name: value for name, value in universe.items() if name != "drawing"}).label


def _print(rows: list[dict[str, Any]]) -> None:
    # a column of names is there where there are names
    called = any(row["name"] or row["tags"] for row in rows)
    table = Table("run", *(("called",) if called else ()), "state", "steps", "best K", "results", "created", "runner")
    for row in rows:
        best = "-" if row["best_K"] is None else f"{row['best_K']:.3f}"
        steps = f"{row['steps']}/{row['total']}"
        runner = row["runner"] or ""
        results = row["results"] if row["universe"] is None else f"{row['results']}, {_label(row['universe'])}"
        own = (" ".join([row["name"] or "", *(f"#{tag}" for tag in row["tags"])]).strip(),) if called else ()
        table.add_row(row["run"], *own, row["state"], steps, best, results, row["created_at"][:19], runner)
    wide_console().print(table)

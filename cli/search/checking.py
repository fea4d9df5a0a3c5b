"""``protomodels replay`` and ``diff``: does the program compute again what is stored?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from protomodels.cli.naming import run_named
from protomodels.cli.options import Format, FormatOption, StorageOption, write_json
from protomodels.cli.resources import load, load_of, local
from protomodels.cli.search.posteriors import is_posterior
from protomodels.cli.search.runs import RunArgument

if TYPE_CHECKING:
    from protomodels.database import Storage
    from protomodels.runs.compare import Comparison

DIFFERENT_EXIT = 1


def replay(
    run: RunArgument,
    walker: Annotated[int, typer.Option("--walker", min=0, help="number of the walker, or of the chain")] = 0,
    step: Annotated[
        int | None, typer.Option("--step", min=1, help="last step, or sweep, to compare; default: the last one")
    ] = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Repeat a stored walk from its seed and compare every step.

    The exit code is 1 where a step differs.
    """
    from protomodels.runs.replay import replay as walk_again

    with local(storage) as opened:
        if is_posterior(run):
            _replay_chain(opened, run, walker, step, output)
            return
        run = run_named(opened, run)
        found = walk_again(opened, run, load_of(opened.get_run(run)), walker, step)
    if output is Format.JSON:
        write_json(
            {
                "run": run,
                "walker": walker,
                "step": found.step,
                "identical": found.identical,
                "first_difference": found.first_difference,
                "K_stored": found.stored.K,
                "K": found.again.K,
                "stored": asdict(found.stored),
                "again": asdict(found.again),
                "model": found.state.model.as_dict(),
                "other_versions": found.other_versions,
            }
        )
    else:
        first = found.first_difference
        verdict = (
            f"all {found.step} steps are identical" if first is None else f"step {first} is the first that differs"
        )
        sys.stdout.write(f"run {run}, walker {walker}, step {found.step}: {verdict}\n")
        sys.stdout.write(f"K stored {found.stored.K!r}, K now {found.again.K!r}\nmodel: {found.state.model}\n")
        for name, (then, now) in found.other_versions.items():
            sys.stdout.write(f"{name} was {then}, is {now}\n")
    if not found.identical:
        raise typer.Exit(DIFFERENT_EXIT)


def _replay_chain(storage: Storage, posterior: str, chain: int, sweep: int | None, output: Format) -> None:
    from protomodels.runs.posterior.front import results_name
    from protomodels.runs.posterior.replay import replay_chain

    predictor = load(results_name(storage.get_posterior(posterior)))
    first = replay_chain(storage, posterior, predictor, chain, sweep)
    if output is Format.JSON:
        write_json({"run": posterior, "chain": chain, "identical": first is None, "first_difference": first})
    else:
        words = "all draws are identical" if first is None else f"the draw of sweep {first} is the first that differs"
        sys.stdout.write(f"posterior {posterior}, chain {chain}: {words}\n")
    if first is not None:
        raise typer.Exit(DIFFERENT_EXIT)


def diff(
    one: Annotated[str, typer.Argument(help="id or name of a run, or latest")],
    other: Annotated[str, typer.Argument(help="id or name of another run, or latest")],
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Compare two runs: settings, versions, chains and hiscores.

    The exit code is 1 where chains or hiscores differ.
    """
    from protomodels.runs.compare import compare

    with local(storage) as opened:
        one, other = run_named(opened, one), run_named(opened, other)
        found = compare(opened, one, other)
    if output is Format.JSON:
        write_json(asdict(found) | {"identical": found.identical})
    else:
        sys.stdout.write(_words(found, one, other))
    if not found.identical:
        raise typer.Exit(DIFFERENT_EXIT)


def _words(found: Comparison, one: str, other: str) -> str:
    lines: list[str] = []

    def pair(name: str, values: tuple[Any, Any]) -> None:
        lines.append(f"{name}: {values[0]} | {values[1]}")

    for name, values in {**found.config, **found.versions}.items():
        pair(name, values)
    if found.results is not None:
        pair("results", found.results)
    pair("best K", found.best)
    for walker, step in found.chains.items():
        lines.append(f"walker {walker}: the chains differ from step {step}")
    if not found.chains:
        lines.append("chains: identical")
    lines.append(f"hiscores: {'identical' if found.hiscores else 'different'}")
    return f"{one} | {other}\n" + "\n".join(lines) + "\n"

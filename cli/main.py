"""The command line: its commands and what its exit codes mean.

0 done; 2 bad input; 3 storage; 4 no prediction; 130 interrupted, paused or cancelled; 1 any other error of ours, and
where what replay or diff compare differs.
"""

from __future__ import annotations

import os
import sys

# one thread for linear algebra: it works on small matrices, and a run has a process for each core
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import typer

from cli import checking, closure, doctor, evaluate, pvalue, results, runner, runs, serve, stored, universe, walking
from protomodels.errors import ProtomodelsError

INTERRUPTED = 130

app = typer.Typer(
    name="protomodels",
    help="Search LHC results for dispersed signals of new physics with proto-models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("evaluate")(evaluate.evaluate)
app.command("run")(walking.run)
app.command("resume")(walking.resume)
app.command("status")(runs.status)
app.command("list")(runs.list_runs)
app.command("logs")(runs.logs)
app.command("pause")(runs.pause)
app.command("cancel")(runs.cancel)
app.command("runner")(runner.runner)
app.command("replay")(checking.replay)
app.command("diff")(checking.diff)
app.command("hiscores")(stored.hiscores)
app.command("show")(stored.show)
app.command("pvalue")(pvalue.pvalue)
app.command("closure")(closure.closure)
app.command("power")(closure.power)
app.command("universe")(universe.universe)
app.command("campaigns")(pvalue.campaigns)
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.add_typer(results.app, name="results")
app.add_typer(serve.token_app, name="token")
app.add_typer(stored.db_app, name="db")


def main() -> None:
    """Run a command; one clear line on standard error for each error that is ours."""
    try:
        app()
    except ProtomodelsError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # whoever read our output (head, less) has gone; do not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)

"""The command line: its commands and what its exit codes mean.

0 done; 2 bad input; 3 storage; 4 no prediction; 5 a service; 130 interrupted, paused or cancelled; 1 any other error
of ours, and where what replay or diff compare differs.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

# one thread for linear algebra: it works on small matrices, and a run has a process for each core
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import typer

from protomodels.cli.commands import LazyCommands
from protomodels.errors import ProtomodelsError
from protomodels.extras import missing_extra

INTERRUPTED = 130

app = typer.Typer(
    name="protomodels",
    help="Search LHC results for dispersed signals of new physics with proto-models.",
    cls=LazyCommands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,  # boxes around help cost a third of its time
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"protomodels {version('protomodels')}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="print the version and exit", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Search LHC results for dispersed signals of new physics with proto-models."""


def main() -> None:
    """Run a command; one clear line on standard error for each error that is ours."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here, and not at exit, where a pipe that is gone would be complained of
    except ProtomodelsError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.exit_code)
    except ModuleNotFoundError as error:
        missing = missing_extra(error, "this command's parts")
        if missing is None:
            raise
        sys.stderr.write(f"error: {missing}\n")
        sys.exit(missing.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        _end_quietly()
    except SystemExit as end:
        # typer and rich end with 1 where a pipe is gone
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _end_quietly()


def _end_quietly() -> NoReturn:
    """Whoever read our output (head, less) has gone, and knows enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)

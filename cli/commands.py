"""Which commands there are: each is imported when it is called, so that the command line is there at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS: Final = {
    "evaluate": ("evaluate:evaluate", "Score one proto-model: K and why, mu_max and what sets it."),
    "run": ("run:run", "Walk: many walks climb towards proto-models of high K; their hiscores are stored."),
    "resume": ("run:resume", "Go on with a run that was interrupted; it ends as if it had not been."),
    "status": ("runs:status", "Where runs stand."),
    "list": ("runs:list_runs", "Runs: newest, best or longest first."),
    "logs": ("runs:logs", "What happened to a run; with json a line of it for each entry."),
    "pause": ("runs:pause", "Let a run rest after the steps at work; resume goes on with it."),
    "cancel": ("runs:cancel", "End a run for good; what it found stays."),
    "runner": (
        "runner:runner",
        "Take queued runs from the storage and see them through, until it is stopped (Ctrl-C, SIGTERM).",
    ),
    "replay": (
        "checking:replay",
        "Walk again from the seed to a stored step and compare every step; exit code 1 where one differs.",
    ),
    "diff": (
        "checking:diff",
        "Compare two runs: settings, versions, chains, hiscores; exit code 1 where chains or hiscores differ.",
    ),
    "hiscores": ("hiscores:hiscores", "The best proto-models, best K first."),
    "show": (
        "hiscores:show",
        "Explain a stored proto-model: what it is, why it scores, what holds it back, what it rests on.",
    ),
    "plot": ("plot:plot", "Draw what is stored: a proto-model, how a run climbed, a campaign's answer."),
    "pvalue": ("pvalue:pvalue", "The global p-value of a run: its search done again in universes without new physics."),
    "closure": ("closure:closure", "Put a proto-model into the data: is it found again?"),
    "power": ("closure:power", "How probably is a proto-model found, against its strength?"),
    "universe": (
        "universe:universe",
        "What a universe observes: counts of regions, observed limits over expected ones.",
    ),
    "campaigns": ("pvalue:campaigns", "Campaigns, newest first."),
    "serve": (
        "serve:serve",
        "Serve the REST API and the dashboard; runs that they queue are walked by `protomodels runner`.",
    ),
    "doctor": (
        "doctor:doctor",
        "Check versions, environment, tables, cache, storage, Ray and results; say how to mend what is wrong.",
    ),
    "results": ("results:app", "Databases of LHC results."),
    "token": ("serve:token_app", "Bearer tokens of the service."),
    "db": ("hiscores:db_app", "The storage itself."),
}
"""Name: where it is, and its line of help, which the command itself repeats."""


class LazyCommands(TyperGroup):
    """The commands of the table; help shows their lines without importing them."""

    _for_help = False

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        where, words = COMMANDS[cmd_name]
        return TyperCommand(cmd_name, help=words) if self._for_help else imported(cmd_name, where)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """All of them, with their lines."""
        self._for_help = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._for_help = False


def imported(name: str, where: str) -> Any:
    """The command of this name at ``MODULE:ATTRIBUTE`` of this folder."""
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"protomodels.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        found.rich_markup_mode = None  # plain, as all help
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name)(found)
    return typer.main.get_command(alone)

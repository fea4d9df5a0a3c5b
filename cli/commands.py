"""Which commands there are: each is imported when it is called, so that the command line is there at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

HEADINGS: Final = {
    "score": "Score proto-models",
    "search": "Search for proto-models",
    "judge": "Judge what a search found",
    "serve": "Serve what is stored",
    "maintain": "Maintain the installation",
}
"""The groups of ``protomodels --help``; each is a folder beside this file."""

COMMANDS: Final = {
    "evaluate": ("score.evaluate:evaluate", "Say what results say of models: K, Z, limits, coverage."),
    "scan": ("score.scan:scan", "Judge many models, and write a table with a row for each."),
    "excesses": ("score.excesses:excesses", "Say which models of a scan are small excesses, by chance or not."),
    "generate": ("score.generate:generate", "Make random full spectra for trying scans."),
    "propose": ("score.propose:propose", "Propose parameters where small excesses are to be expected."),
    "improve": ("score.improve:improve", "Bring a proto-model to the top of its mode."),
    "partners": ("score.partners:partners", "Say what a proto-model's particles could be, by cross section."),
    "hiscores": ("score.hiscores:hiscores", "List the best proto-models, highest K first."),
    "show": ("score.show:show", "Explain a stored proto-model: why it scores and what limits it."),
    "plot": ("score.plot:plot", "Draw a proto-model, a run, a campaign or a posterior."),
    "run": ("search.run:run", "Search for proto-models of high K with many walkers."),
    "resume": ("search.run:resume", "Resume a run that was interrupted."),
    "status": ("search.runs:status", "Show how far runs have come."),
    "list": ("search.runs:list_runs", "List runs: newest, best or longest first."),
    "name": ("search.labels:name", "Name a run, or show its name."),
    "note": ("search.labels:note", "Write a note to a run, or show it."),
    "tag": ("search.labels:tag", "Tag a run, or show its tags."),
    "logs": ("search.logs:logs", "Show the log of a run."),
    "watch": ("search.logs:watch", "Show how a run goes on, until it ends."),
    "pause": ("search.runs:pause", "Pause a run; `protomodels resume` continues it."),
    "cancel": ("search.runs:cancel", "Cancel a run for good; its hiscores stay."),
    "delete": ("search.runs:delete", "Delete a run with all that it found."),
    "export": ("search.archives:export", "Write a run into one file, with everything to repeat it."),
    "import": ("search.archives:import_", "Read a run from a file of `export`."),
    "runner": ("search.runner:runner", "Execute whatever is queued until stopped (Ctrl-C, SIGTERM)."),
    "posterior": (
        "search.posterior:posterior",
        "Sample a posterior over proto-models, or show a stored one.",
    ),
    "replay": ("search.checking:replay", "Repeat a stored walk from its seed and compare every step."),
    "diff": ("search.checking:diff", "Compare two runs: settings, versions, chains and hiscores."),
    "pvalue": ("judge.pvalue:pvalue", "Compute the global p-value of a run."),
    "closure": ("judge.closure:closure", "Test whether an injected proto-model is found again."),
    "power": ("judge.power:power", "Compute how often a proto-model is found, against its strength."),
    "timeline": ("judge.timeline:timeline", "Show K of a proto-model in each release of the results."),
    "universe": ("judge.universe:universe", "Show the pseudo-data of one universe."),
    "campaigns": ("judge.campaigns:campaigns", "List campaigns, newest first."),
    "serve": ("serve.serve:serve", "Serve the REST API and the dashboard."),
    "open": ("serve.open:open_page", "Open the page of a run or proto-model in a browser."),
    "token": ("serve.token:app", "Make, list and revoke access tokens of the service."),
    "results": ("maintain.results:app", "List, compile, inspect and download LHC results."),
    "db": ("maintain.db:app", "Upgrade the storage."),
    "doctor": ("maintain.doctor:doctor", "Check the installation and say how to fix what is wrong."),
}
"""Name: where it is (``FOLDER.MODULE:ATTRIBUTE``), and its line of help, which the command itself repeats."""


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

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A section for each group."""
        # lines of help stay whole: the formatter would cut them at the width of a narrow terminal
        longest = max(map(len, COMMANDS))
        for group, heading in HEADINGS.items():
            rows = [
                (f"{name:{longest}}", words) for name, (where, words) in COMMANDS.items() if group_of(where) == group
            ]
            with formatter.section(heading):
                formatter.write_dl(rows)


def group_of(where: str) -> str:
    """The group of a command: the folder it lies in.

    >>> group_of("score.evaluate:evaluate")
    'score'
    """
    return where.partition(".")[0]


def imported(name: str, where: str) -> Any:
    """The command of this name at ``FOLDER.MODULE:ATTRIBUTE``."""
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"protomodels.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        found.rich_markup_mode = None  # plain, as all help
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name)(found)
    return typer.main.get_command(alone)

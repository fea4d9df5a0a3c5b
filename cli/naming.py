"""What arguments name: results, and runs and proto-models by a word (``latest``, ``best``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from protomodels.errors import ConfigError, NotFoundError
from protomodels.run_settings import RESULTS

if TYPE_CHECKING:
    from protomodels.cli.remote import AnyStorage

LATEST: Final = "latest"
BEST: Final = "best"


def results_named(given: str | None, option: str) -> str:
    """The results of a command that takes them as an argument and as ``--results``.

    Raises
    ------
    ConfigError: where both are given, and differ.
    """
    if given is not None and option not in (RESULTS.default, given):
        raise ConfigError("results", f"{given} and {option}", "them once: as an argument, or with --results")
    return given or option


def run_named(stored: AnyStorage, name: str) -> str:
    """The id of a run by id, name, or ``latest``; NotFoundError as for :func:`protomodels.database.naming.run_id`."""
    from protomodels.database.naming import run_id

    return run_id(stored, name)


def protomodel_named(stored: AnyStorage, name: str) -> int:
    """The id of a stored proto-model: itself, that of the highest K of all, or of the highest K of the newest run.

    Raises
    ------
    ConfigError: where it is none of these.
    NotFoundError: for a word where nothing is stored.
    """
    from protomodels.database import HiscoreQuery

    if name.isdecimal():
        return int(name)
    if name not in (BEST, LATEST):
        words = f"an id of `protomodels hiscores`, {BEST}, or {LATEST} (the best of the newest run)"
        raise ConfigError("protomodel", name, words)
    run = run_named(stored, LATEST) if name == LATEST else None
    found = stored.best_protomodels(HiscoreQuery(run), 1)
    if not found:
        raise NotFoundError("protomodel", name, "the word where a proto-model is stored; `protomodels run` finds some")
    return found[0].id

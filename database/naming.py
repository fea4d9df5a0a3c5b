"""What names a run: its id, the name that its user gave it, or ``latest``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

from protomodels.database.records import RunRecord
from protomodels.errors import NotFoundError

LATEST: Final = "latest"


class ListsRuns(Protocol):
    """A storage, or what shows the runs of one."""

    def list_runs(self, limit: int, *, name: str | None = None) -> Sequence[RunRecord]:
        """Runs, newest first; the one of a name."""
        ...


def run_id(stored: ListsRuns, given: str) -> str:
    """The id of a run; an id is not looked up.

    Raises
    ------
    NotFoundError: for a name that no run has, and for ``latest`` where there is no run.
    """
    if re.fullmatch("[a-z][0-9a-f]{8}", given):
        return given
    found = stored.list_runs(1) if given == LATEST else stored.list_runs(1, name=given)
    if not found:
        words = "the word where a run is stored; `protomodels run` begins one"
        raise NotFoundError("run", given, words if given == LATEST else "the id or the name of a stored run, or latest")
    return found[0].id

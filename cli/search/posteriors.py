"""Posteriors in the storage: what ``posterior --list``, ``status``, ``pause`` and ``cancel`` say and do of them."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from protomodels.cli.console import print_table
from protomodels.cli.options import Format, write_json
from protomodels.cli.resources import local, served
from protomodels.errors import ConfigError
from protomodels.tables import Table

if TYPE_CHECKING:
    from protomodels.database import PosteriorRecord

LISTED = 50


def is_posterior(identity: str) -> bool:
    """Is this the id of a posterior?

    >>> is_posterior("p0000000a"), is_posterior("r0000000a")  # that of a run
    (True, False)
    """
    return re.fullmatch("p[0-9a-f]{8}", identity) is not None


def list_posteriors(storage: str | None, server: str | None, output: Format) -> None:
    """Write the newest posteriors, the newest first."""
    if server is not None:
        from protomodels.cli.search.remote_posteriors import rows as remote_rows

        with served(server, storage) as client:
            rows = remote_rows(client, LISTED)
    else:
        with local(storage) as opened:
            opened.expire_leases()
            rows = [row_of(record, _converged(record)) for record in opened.list_posteriors(LISTED)]
    _write(rows, rows, output)


def status_of(storage: str | None, server: str | None, identity: str, output: Format) -> None:
    """Write how far a posterior has come."""
    if server is not None:
        from protomodels.cli.search.remote_posteriors import row as remote_row

        with served(server, storage) as client:
            row = remote_row(client, identity)
    else:
        with local(storage) as opened:
            opened.expire_leases()
            record = opened.get_posterior(identity)
            row = row_of(record, _converged(record))
    _write(row, [row], output)


def change(storage: str | None, server: str | None, identity: str, *, cancel: bool) -> None:
    """Pause a posterior, or cancel it for good; its sweeps stay."""
    from protomodels.database import RunState

    if server is not None:
        if not cancel:
            raise ConfigError("posterior", identity, "cancel: a service pauses runs only")
        with served(server, storage) as client:
            sys.stdout.write(f"posterior {identity} is {client.cancel_posterior(identity).state}\n")
        return
    with local(storage) as opened:
        opened.expire_leases()
        at_work = opened.get_posterior(identity).state is RunState.RUNNING
        to = (RunState.CANCELLING if at_work else RunState.CANCELLED) if cancel else RunState.PAUSED
        opened.set_posterior_state(identity, to, "as asked")
    sys.stdout.write(f"posterior {identity} is {to}\n")


def _converged(record: PosteriorRecord) -> bool | None:
    """Whether its chains have converged; None while they have no answer."""
    return None if record.answer_json is None else bool(json.loads(record.answer_json)["converged"])


def row_of(record: PosteriorRecord, converged: bool | None) -> dict[str, Any]:
    """A posterior as a line of a list."""
    return {
        "posterior": record.id,
        "state": str(record.state),
        "reason": record.reason,
        "sweeps": record.sweeps_done,
        "total": record.n_chains * record.n_sweeps,
        "converged": converged,
        "results": record.results_name,
        "created_at": record.created_at.isoformat(),
        "attempt": record.attempt,
        "runner": record.runner,
    }


def _write(value: Any, rows: list[dict[str, Any]], output: Format) -> None:
    if output is Format.JSON:
        write_json(value)
        return
    said = {True: "yes", False: "no", None: "-"}
    texts = tuple(
        (
            row["posterior"],
            row["state"],
            f"{row['sweeps']}/{row['total']}",
            said[row["converged"]],
            row["results"],
            row["created_at"][:19],
        )
        for row in rows
    )
    print_table(Table("", ("posterior", "state", "sweeps", "converged", "results", "created"), texts, ("sweeps",)))

"""What ``resume`` does with a batch of models: it is judged here, as a runner does it in a process of its own."""

from __future__ import annotations

import signal
import sys

import typer

from protomodels.campaign.scan.batches import BatchSettings, judge_batch
from protomodels.cli.options import Format, write_json
from protomodels.cli.resources import load
from protomodels.cli.search.sessions import PAUSED_EXIT
from protomodels.database import Lease, RunState, Storage
from protomodels.runs import Execution
from protomodels.runs.lease import runner_name


def resume_batch(storage: Storage, batch: str, attempt: int | None, how: Execution, output: Format) -> None:
    """Judge the models of a batch that have no row yet.

    Parameters
    ----------
    attempt: of a runner that has taken it up already.
    """
    record = storage.get_batch(batch)
    results = BatchSettings.from_json(record.settings_json).results
    predictor = load(results if results == "demo" else record.results_fingerprint)
    if attempt is None:
        lease = storage.lease_batch(batch, runner_name(), seconds=how.lease_seconds)
    else:
        lease = Lease(batch, attempt, record.runner or "", "batch")
    # a service manager's way of saying stop; as with Ctrl-C, the rows that are there are kept
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    state = judge_batch(storage, lease, predictor, how)
    record = storage.get_batch(batch)
    if output is Format.JSON:
        counts = {"models": record.n_models, "done": record.models_done, "errors": record.errors}
        write_json({"batch": batch, "state": str(state)} | counts)
    else:
        sys.stdout.write(f"batch {batch} is {state}: {record.models_done} of {record.n_models} models\n")
    if state is not RunState.COMPLETED:
        raise typer.Exit(PAUSED_EXIT)

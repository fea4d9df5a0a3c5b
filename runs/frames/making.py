"""The frames: a row for each step, result or prediction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from protomodels.database import ContributionRecord, ProtomodelRecord, StepRecord, Storage
from protomodels.database.naming import run_id
from protomodels.runs.front import opened_storage
from protomodels.scoring import Evaluation
from protomodels.tables import data_frame

if TYPE_CHECKING:
    import pandas as pd


def steps_frame(
    run: str, *, walkers: Sequence[int] | None = None, storage: str | Path | Storage | None = None
) -> pd.DataFrame:
    """The steps of a run.

    Parameters
    ----------
    run: its id or name, or ``latest``.
    walkers: numbers of some of them; all by default.
    storage: path of a file, URL or an open storage; by default the user's.

    Returns
    -------
    walker, step, K, Z, accepted, move, n_particles, mu_hat, mu_max; see :class:`protomodels.database.StepRecord`.

    Raises
    ------
    NotFoundError: where there is no such run.
    MissingExtraError: where pandas is not installed.

    >>> from protomodels import run
    >>> with opened_storage("sqlite:///:memory:") as stored:
    ...     done = run("demo", walkers=2, steps=3, seed=1, executor="inline", storage=stored)
    ...     steps_frame(done.id, storage=stored).groupby("walker").size().to_list()
    [3, 3]
    """
    columns = ("walker", *(field.name for field in fields(StepRecord)))
    with opened_storage(storage, create=False) as opened:
        run = run_id(opened, run)
        known = [state.walker for state in opened.walker_states(run)]
        opened.get_run(run)
        chosen = known if walkers is None else walkers
        rows = [{"walker": walker} | asdict(step) for walker in chosen for step in opened.steps(run, walker)]
    return data_frame(rows, columns)


def contributions_frame(hiscores: Iterable[ProtomodelRecord]) -> pd.DataFrame:
    """What drives the K of stored proto-models: the results of their best combinations.

    Returns
    -------
    protomodel (its id), analysis, region, type, observed, expected, signal (events, or fb for UL), llr.

    Raises
    ------
    MissingExtraError: where pandas is not installed.
    """
    columns = ("protomodel", *(field.name for field in fields(ContributionRecord)))
    rows = [{"protomodel": record.id} | asdict(one) for record in hiscores for one in record.contributions]
    return data_frame(rows, columns)


def predictions_frame(evaluation: Evaluation) -> pd.DataFrame:
    """The prediction of every result for a proto-model, as in ``evaluate --format json``.

    Returns
    -------
    analysis, region, type, topologies, signal, r_obs, r_exp and what else a result says.

    Raises
    ------
    MissingExtraError: where pandas is not installed.
    """
    return data_frame(evaluation.details().to_dict()["results"])

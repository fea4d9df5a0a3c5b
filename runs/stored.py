"""A stored proto-model with what its run scored with: what pages, figures and tables of it start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from protomodels.database import ProtomodelRecord, RunRecord, Storage
from protomodels.predictor import Predictor
from protomodels.runs.config import RunConfig
from protomodels.runs.run import scorer_of
from protomodels.scoring import Scorer
from protomodels.settings import Policy


@dataclass(frozen=True)
class StoredProtomodel:
    """A stored proto-model.

    Attributes
    ----------
    record: what the storage keeps of it.
    run: that found it.
    policy: of the scoring of that run.
    scorer: gives what the run scored with; the results are loaded then.
    """

    record: ProtomodelRecord
    run: RunRecord
    policy: Policy
    scorer: Callable[[], Scorer]


def stored_protomodel(storage: Storage, number: int, load: Callable[[RunRecord], Predictor]) -> StoredProtomodel:
    """The proto-model with this number.

    Parameters
    ----------
    load: gives the results of a run.

    Raises
    ------
    NotFoundError: where there is no such proto-model.
    """
    record = storage.protomodel(number)
    run = storage.get_run(record.run)
    config = RunConfig.from_json(run.config_json)
    return StoredProtomodel(record, run, config.scoring(), lambda: scorer_of(storage, run.id, config, load(run)))

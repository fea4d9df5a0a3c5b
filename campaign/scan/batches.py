"""Batches: models in a storage that runners judge, with the same rows as a scan of files."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from importlib.metadata import version
from typing import Final, Self

from protomodels.campaign.excesses.front import recorder
from protomodels.campaign.scan.front import judge_of
from protomodels.campaign.scan.inputs import Item
from protomodels.campaign.scan.judge import Judge
from protomodels.campaign.scan.pool import Pool
from protomodels.campaign.scan.rows import RowMaker
from protomodels.combiner import Combinability, combinability_for
from protomodels.database import Lease, RunState, Storage, with_retries
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.predictor.general import Options
from protomodels.runs import Execution
from protomodels.runs.lease import LeaseKeeper, finish, giving_back
from protomodels.settings import Policy
from protomodels.settings import policy as policy_of

COMMIT_SECONDS: Final = 0.5
"""Rows are committed so often; what is lost with a runner is judged again."""
_PAGE: Final = 100
"""Models that are read at once."""


@dataclass(frozen=True)
class BatchSettings:
    """What the rows of a batch depend on, beside the models and what the results hold.

    Attributes
    ----------
    results: their name.
    policy, regions, strict, guards: as for :func:`protomodels.settings.policy`.
    combinable_sha256: of the user's combinability table, which the storage keeps; empty without one.
    limits_only, analyses, masses, allow_invalid, seconds: as for :func:`protomodels.campaign.scan.evaluate_many`.
    sigmacut, minmassgap: SModelS's parameters, fb and GeV.
    excesses, universes, universe_seed: columns for small excesses, as :func:`protomodels.campaign.excesses.recorder`
        records them.
    version: of the program that judges.
    """

    results: str = "demo"
    policy: str = "default"
    regions: str = "best"
    strict: bool | None = None
    guards: bool | None = None
    combinable_sha256: str = ""
    limits_only: bool = False
    analyses: tuple[str, ...] = ()
    masses: bool = False
    allow_invalid: bool = False
    seconds: float = 60.0
    sigmacut: float = Options.sigmacut
    minmassgap: float = Options.minmassgap
    excesses: bool = False
    universes: int = 0
    universe_seed: int = 0
    version: str = field(default_factory=lambda: version("protomodels"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote, here or in an earlier version."""
        values = json.loads(text)
        known = {one.name: values[one.name] for one in fields(cls) if one.name in values}
        return cls(**known | {"analyses": tuple(values["analyses"])})

    def to_json(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), sort_keys=True)

    def scoring(self) -> Policy:
        """The policy."""
        return policy_of(self.policy, self.regions, strict=self.strict, guards=self.guards)

    def judge(self, predictor: Predictor, table: str | None) -> Judge:
        """What judges the models.

        Parameters
        ----------
        table: text of the user's combinability table.

        Raises
        ------
        ConfigError: naming the setting that is wrong.
        """
        also = recorder(predictor, self.universes, self.universe_seed) if self.excesses else None
        return judge_of(
            predictor,
            Options(sigmacut=self.sigmacut, minmassgap=self.minmassgap),
            self.analyses,
            policy=self.scoring(),
            combinable=self.combinable(table),
            limits_only=self.limits_only,
            also=also,
        )

    def columns(self, predictor: Predictor, table: str | None) -> dict[str, str]:
        """Kinds of the columns that the judge fills, by name; parameters and errors as for :meth:`judge`."""
        # universes change none of them, and take seconds to be drawn
        judge = replace(self, universes=0).judge(predictor, table)
        return {name: str(kind) for name, kind in judge.columns.items()}

    def combinable(self, table: str | None) -> Combinability:
        """What may be combined; parameters and errors as for :meth:`judge`."""
        return combinability_for(self.results) if table is None else Combinability.from_text(table, "combinable")


def judge_batch(storage: Storage, lease: Lease, predictor: Predictor, how: Execution | None = None) -> RunState:
    """Judge the models of a batch that have no row yet, until all have one, or it is stopped.

    On KeyboardInterrupt the rows that are there are kept, the batch is left paused, and the interrupt is raised again.

    Parameters
    ----------
    predictor: of the results that the batch was made for.
    how: of it, the number of worker processes, lease and patience.

    Returns
    -------
    The state that the batch is in then.

    Raises
    ------
    KeyboardInterrupt: paused, resumable.
    FencedError: where another took the batch over meanwhile.
    UnavailableError: the storage stayed away; the batch will show as crashed, resumable.
    ProtomodelsError: the batch has failed; the storage says why.
    """
    how = how or Execution()
    with giving_back(storage, lease, how.patience), LeaseKeeper(storage, lease, how.lease_seconds) as keeper:
        record = storage.get_batch(lease.run)
        settings = BatchSettings.from_json(record.settings_json)
        _check("version", version("protomodels"), settings.version)
        _check("results", predictor.fingerprint, record.results_fingerprint)
        judge = settings.judge(predictor, storage.batch_table(lease.run))
        judge.prepare()
        maker = RowMaker(judge, settings.scoring().reference_order, settings.masses, settings.allow_invalid)
        with Pool(maker, how.workers, settings.seconds) as pool:
            complete = _judge_on(storage, lease, pool, keeper, how.patience)
    return finish(storage, lease, complete, how.patience)


def _check(name: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise ConfigError(name, found, f"what the batch was queued for: {wanted}; or queue it again")


def _judge_on(storage: Storage, lease: Lease, pool: Pool, keeper: LeaseKeeper, patience: float) -> bool:
    """True where every model has a row, false where the batch was stopped."""
    new: dict[int, tuple[str, str | None]] = {}
    last = time.monotonic()

    def commit() -> None:
        nonlocal last
        keeper.state = with_retries(lambda: storage.commit_rows(lease.run, new, lease.attempt), patience)
        new.clear()
        last = time.monotonic()

    try:
        for item, row in pool.rows(_waiting(storage, lease.run, patience)):
            error = row.get("error")
            new[item.place] = (json.dumps(row), None if error is None else str(error))
            if time.monotonic() - last > COMMIT_SECONDS:
                commit()
            if keeper.lost is not None:
                raise keeper.lost
            if keeper.state is not RunState.RUNNING:
                commit()
                return False
    except KeyboardInterrupt:
        commit()
        raise
    commit()
    return True


def _waiting(storage: Storage, batch: str, patience: float) -> Iterator[Item]:
    """The models that have no row, as a scan knows them."""
    after = -1
    while True:
        found = with_retries(partial(storage.waiting_models, batch, after=after, limit=_PAGE), patience)
        if not found:
            return
        for model in found:
            yield Item(model.position, model.name, model.text.encode(), None)
        after = found[-1].position

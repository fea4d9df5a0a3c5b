"""A service instead of a storage: ``--server``.

`RemoteStorage` answers what commands ask of a storage, as the records of a storage; so commands need not know.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from protomodels.cli.options import TOKEN
from protomodels.database import (
    ContributionRecord,
    EventRecord,
    HiscoreQuery,
    HiscoreSummary,
    LimitRecord,
    ProgressRecord,
    ProtomodelRecord,
    RunRecord,
    RunState,
    Storage,
    TransitionRecord,
    WalkerRecord,
    default_url,
    open_storage,
)
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.client import Client, Protomodel, RunInfo


class RemoteStorage:
    """The part of a storage that a service shows, under the names that `database.Storage` has for it.

    Errors are those of the client.
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    def expire_leases(self) -> None:
        """The service does it itself."""

    def list_runs(
        self,
        limit: int,
        states: Iterable[str] | None = None,
        *,
        results: str | None = None,
        sort: str = "created",
        name: str | None = None,
        tags: Sequence[str] = (),
    ) -> list[RunRecord]:
        """Runs in this order."""
        wanted = [str(state) for state in states or ()]
        return [_record(run) for run in self.client.runs(wanted, results, sort, limit, name=name, tag=tags)]

    def label_run(
        self,
        run: str,
        *,
        name: str | None = None,
        note: str | None = None,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
    ) -> None:
        """Change what a run is called."""
        tags = None
        if add or remove:
            tags = sorted((set(self.client.run(run).tags) - set(remove)) | set(add))
        self.client.label(run, name=name, note=note, tags=tags)

    def get_run(self, run: str) -> RunRecord:
        """One run."""
        return _record(self.client.run(run))

    def progress(self, run: str) -> ProgressRecord:
        """How far it has come."""
        found = self.client.run(run)
        return ProgressRecord(found.steps_done, found.best_K, found.best_protomodel)

    def transitions(self, run: str) -> list[TransitionRecord]:
        """What happened to it."""
        return [
            TransitionRecord(t.at, RunState(t.from_state) if t.from_state else None, RunState(t.to_state), t.reason)
            for t in self.client.run(run).transitions
        ]

    def walker_states(self, run: str) -> list[WalkerRecord]:
        """Where its walkers stand; their states stay there."""
        return [WalkerRecord(w.walker, w.step, "", "", w.best_K) for w in self.client.walkers(run)]

    def log(self, run: str, *, after: int = 0) -> list[tuple[int, EventRecord]]:
        """What is told of it."""
        return [(e.number, EventRecord(e.at, e.level, e.message)) for e in self.client.log(run, after)]

    def set_state(self, run: str, to: RunState, reason: str) -> None:
        """Ask for a state; the service gives its own ``reason``."""
        if to is RunState.PAUSED:
            self.client.pause(run)
        elif to is RunState.QUEUED:
            self.client.resume(run)
        else:
            self.client.cancel(run)

    def hiscores(self, search: HiscoreQuery, limit: int) -> Sequence[HiscoreSummary]:
        """The best proto-models."""
        return self.best_protomodels(search, limit)

    def best_protomodels(self, search: HiscoreQuery, limit: int) -> list[ProtomodelRecord]:
        """The best proto-models, each with all that explains its score."""
        found = self.client.protomodels(
            limit,
            run=search.run,
            walker=search.walker,
            particle=[str(pid) for pid in search.particles],
            min_K=search.min_K,
            duplicates=not search.distinct,
            verdict=search.verdict,
            sort=None if search.sort == "K" else search.sort,  # a service of before does not know it
        )
        return [_protomodel(model) for model in found]

    def protomodel(self, number: int) -> ProtomodelRecord:
        """One with all that explains its score."""
        return _protomodel(self.client.protomodel(number))


AnyStorage = Storage | RemoteStorage
"""What commands read: a storage here, or that of a service."""


@contextmanager
def opened(storage: str | None, server: str | None) -> Iterator[AnyStorage]:
    """A storage, or a service.

    Raises
    ------
    ConfigError: where both are given.
    """
    if server is None:
        with open_storage(storage or default_url()) as local:
            yield local
        return
    with served(server, storage) as client:
        yield RemoteStorage(client)


@contextmanager
def served(server: str, storage: str | None = None) -> Iterator[Client]:
    """A client of the service; errors as for :func:`opened`."""
    if storage is not None:
        raise ConfigError("storage", storage, "either --storage or --server")
    from protomodels.client import Client

    with Client(server, os.environ.get(TOKEN)) as client:
        yield client


def _record(run: RunInfo) -> RunRecord:
    from protomodels.client import RunInfo

    names = [name for name in RunInfo.model_fields if name not in ("config", "state")]
    values = {name: getattr(run, name) for name in names}
    return RunRecord(
        **values,
        config_json=json.dumps(run.config),
        results_name=run.config.get("results"),
        policy=run.config.get("policy"),
        regions=run.config.get("regions"),
        state=RunState(run.state),
        versions={},
        table_sha256=None,
        lease_until=None,
        stalled=0,
    )


def _protomodel(found: Protomodel) -> ProtomodelRecord:
    from protomodels.client import Hiscore

    names = [name for name in Hiscore.model_fields if name != "particles"]
    names += ["mu_hat", "mu_max", "n_br", "n_ssm", "fingerprint", "channels", "created_at"]
    contributions = tuple(ContributionRecord(**vars(c)) for c in found.contributions)
    limits = tuple(LimitRecord(**vars(limit)) for limit in found.limits)
    values = {name: getattr(found, name) for name in names}
    if found.robustness is not None:
        values["judgement"] = json.dumps({"robustness": found.robustness, "errors": found.errors})
    return ProtomodelRecord(**values, model_json=json.dumps(found.model), contributions=contributions, limits=limits)

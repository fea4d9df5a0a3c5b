"""A run of many walks: created, taken up, walked to its end, given back.

The chain of a walker depends on the config, the results and the seed only.  Whatever stops a run, it resumes from
the last committed chunk of each walker and ends with the chains it would have had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from protomodels.database import Labels, Lease, NewRun, ResultsRecord, RunState, Storage, with_retries
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.runs.config import Execution, RunConfig, check_search, versions
from protomodels.runs.executors import make_executor
from protomodels.runs.extensions import Extensions, check_extensions
from protomodels.runs.judging import judge_hiscores
from protomodels.runs.lease import LeaseKeeper, finish, giving_back, runner_name
from protomodels.runs.loop import Progress, RunLoop
from protomodels.runs.new import table_text
from protomodels.runs.records import WalkWork
from protomodels.scoring.scorer import Scorer
from protomodels.universes import in_universe
from protomodels.walker.walk import Walk, moves_with


class Run:
    """A run in the storage, with what it needs to walk on."""

    def __init__(
        self,
        storage: Storage,
        run_id: str,
        config: RunConfig,
        predictor: Predictor,
        extensions: Extensions | None = None,
    ) -> None:
        own = extensions or Extensions()
        self.id = run_id
        self.config = config
        self._storage = storage
        self.scorer = scorer_of(storage, run_id, config, predictor, own)
        self._walk = Walk(self.scorer, own.moves, config.steps)

    @classmethod
    def create(
        cls,
        storage: Storage,
        config: RunConfig,
        predictor: Predictor,
        table: str | None = None,
        extensions: Extensions | None = None,
        labels: Labels | None = None,
    ) -> Run:
        """A new run, queued.

        Parameters
        ----------
        table: content of the combinability table that the config names; read from there where it is not given.
        extensions: parts of the search that are the user's own.
        labels: what the run is called.

        Raises
        ------
        ConfigError: where the combinability table cannot be read, a move is none, or another run has the name; nothing
            is stored then.
        """
        own = extensions or Extensions()
        moves_with(config.scoring(), own.moves)
        config = replace(config, extensions=own.names or None)
        new = replace(cls.described(config, predictor, table), labels=labels or Labels())
        return cls(storage, storage.create_run(new), config, predictor, own)

    @classmethod
    def described(cls, config: RunConfig, predictor: Predictor, table: str | None = None) -> NewRun:
        """What the storage is told of a new run; parameters and errors as for :meth:`create`."""
        if table is None and config.combinable is not None:
            table = table_text(config.combinable)
        config.combinability(table)
        catalog = predictor.catalog
        results = ResultsRecord(predictor.fingerprint, predictor.name, "", len(catalog.analyses))
        counts = (config.seed, config.walkers, config.steps)
        if config.universe is not None:
            in_universe(predictor, config.universe)  # where that cannot be, nothing is stored
        recipe = None if config.universe is None else config.universe.to_json()
        return NewRun(
            config.to_json(),
            results,
            *counts,
            versions(),
            table,
            recipe,
            results_name=config.results,
            policy=config.policy,
            regions=config.regions,
            search=config.scoring().search,
            universe_seed=None if config.universe is None else config.universe.seed,
        )

    @classmethod
    def resume(cls, storage: Storage, run_id: str, predictor: Predictor, extensions: Extensions | None = None) -> Run:
        """A stored run, with the results it was made with.

        Parameters
        ----------
        extensions: the parts of the search that were the user's own when the run began.

        Raises
        ------
        NotFoundError: where there is no such run.
        ConfigError: where the results, the search, or parts of it, are not those the run began with.
        """
        record = storage.get_run(run_id)
        check_search(record)
        if record.results_fingerprint != predictor.fingerprint:
            raise ConfigError(
                "results", predictor.fingerprint, f"the results of {run_id}: {record.results_fingerprint}"
            )
        return cls(storage, record.id, RunConfig.from_json(record.config_json), predictor, extensions)

    def execute(
        self,
        how: Execution | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        lease: Lease | None = None,
    ) -> Progress:
        """Take the run up, unless it was by ``lease``, and walk until it is complete, paused or cancelled.

        On KeyboardInterrupt the chunks at work are finished and kept, the run is left paused, and the interrupt is
        raised again.

        Raises
        ------
        KeyboardInterrupt: paused, resumable.
        TransitionError: where another runner is at work on the run, or it is final.
        FencedError: where another took the run over meanwhile; nothing of it was changed then.
        WorkerLostError: the run crashed, resumable: workers died again and again.
        UnavailableError: the storage stayed away; the run will show as crashed, resumable.
        ProtomodelsError: the run has failed; the storage says why.
        """
        how = how or Execution()
        lease = lease or self._storage.lease(runner_name(), run=self.id, seconds=how.lease_seconds)
        assert lease is not None  # noqa: S101 - given for a run that is named, or an error
        with giving_back(self._storage, lease, how.patience):
            loop, complete = self._walk_on(lease, how, on_progress)
        finish(self._storage, lease, complete, how.patience)
        return loop.progress()

    def _walk_on(
        self, lease: Lease, how: Execution, on_progress: Callable[[Progress], None] | None
    ) -> tuple[RunLoop, bool]:
        if how.executor == "ray" and self.config.extensions:
            raise ConfigError("executor", "ray", "inline or process, for a run with parts of the user's own")
        executor = make_executor(how.executor, WalkWork(self._walk), how.workers, how.address)
        with LeaseKeeper(self._storage, lease, how.lease_seconds) as keeper, executor:
            words = f"attempt {lease.attempt}: executor {how.executor}, {executor.workers} workers"
            with_retries(lambda: self._storage.add_event(self.id, words), how.patience)
            loop = RunLoop(self._storage, lease, self.config, self._walk, on_progress, how.chunk, how.patience)
            complete = loop.walk(executor, keeper)
            if complete and self.config.universe is None:
                judge_hiscores(self._storage, self.id, self.scorer, how.patience, lambda: _at_work(keeper))
            return loop, complete


def _at_work(keeper: LeaseKeeper) -> bool:
    """Is the run still ours, and meant to go on?  The error that says otherwise is raised where it is another's."""
    if keeper.lost is not None:
        raise keeper.lost
    return keeper.state is RunState.RUNNING


def scorer_of(
    storage: Storage, run_id: str, config: RunConfig, predictor: Predictor, extensions: Extensions | None = None
) -> Scorer:
    """What a stored run scores with.

    Parameters
    ----------
    extensions: the parts of the search that were the user's own when the run began.

    Raises
    ------
    ConfigError: where its combinability table cannot be used, or parts of its search are not given.
    """
    own = extensions or Extensions()
    check_extensions(run_id, config.extensions, own)
    combinability = config.combinability(storage.combinability_table(run_id))
    if config.universe is not None:
        predictor = in_universe(predictor, config.universe)
    return own.scorer(Scorer(predictor, combinability, config.scoring()))

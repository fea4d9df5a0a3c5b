"""A posterior: created, taken up, sampled to its end, answered.

A chain depends on the config, the results and the seed only.  Whatever stops a posterior, it goes on from the last
committed sweep of each chain, and ends with the chains it would have had.
"""

from __future__ import annotations

from collections.abc import Callable

from protomodels.database import Lease, NewPosterior, PosteriorRecord, ResultsRecord, Storage, with_retries
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.runs.config import Execution
from protomodels.runs.executors import make_executor
from protomodels.runs.lease import LeaseKeeper, finish, giving_back, runner_name
from protomodels.runs.new import table_text
from protomodels.runs.posterior.answer import PosteriorAnswer
from protomodels.runs.posterior.answering import answer_of
from protomodels.runs.posterior.config import PosteriorConfig
from protomodels.runs.posterior.loop import ChainLoop, SweepsProgress
from protomodels.runs.posterior.sampling import SamplerWork, sampler_for
from protomodels.runs.posterior.versions import check_sampler, posterior_versions
from protomodels.scoring.scorer import Scorer
from protomodels.universes import in_universe


class PosteriorRun:
    """A posterior in the storage, with what it needs to go on."""

    def __init__(self, storage: Storage, identity: str, config: PosteriorConfig, predictor: Predictor) -> None:
        self.id, self.config = identity, config
        self._storage = storage
        table = storage.posterior_table(identity)
        self.scorer = scorer_for(config, predictor, table)
        self.sampler = sampler_for(self.scorer, config)

    @classmethod
    def create(
        cls, storage: Storage, config: PosteriorConfig, predictor: Predictor, table: str | None = None
    ) -> PosteriorRun:
        """A new posterior, queued.

        Parameters
        ----------
        table: content of the combinability table that the config names; read from there where it is not given.

        Raises
        ------
        ConfigError: where a setting, the table or the universe cannot be; nothing is stored then.
        """
        new = cls.described(config, predictor, table)
        return cls(storage, storage.create_posterior(new), config, predictor)

    @classmethod
    def described(cls, config: PosteriorConfig, predictor: Predictor, table: str | None = None) -> NewPosterior:
        """What the storage is told of a new posterior; parameters and errors as for :meth:`create`."""
        if table is None and config.combinable is not None:
            table = table_text(config.combinable)
        sampler_for(scorer_for(config, predictor, table), config)
        results = ResultsRecord(predictor.fingerprint, predictor.name, "", len(predictor.catalog.analyses))
        return NewPosterior(config.to_json(), results, config.chains, config.total, posterior_versions(), table)

    @classmethod
    def resume(cls, storage: Storage, identity: str, predictor: Predictor) -> PosteriorRun:
        """A stored posterior, with the results it was made with.

        Raises
        ------
        NotFoundError: where there is no such posterior.
        ConfigError: where the results, or the version of the sampler, are not those it began with.
        """
        record = storage.get_posterior(identity)
        if record.results_fingerprint != predictor.fingerprint:
            wanted = f"the results of {identity}: {record.results_fingerprint}"
            raise ConfigError("results", predictor.fingerprint, wanted)
        check_sampler(record)
        return cls(storage, identity, PosteriorConfig.from_json(record.config_json), predictor)

    def execute(
        self,
        how: Execution | None = None,
        on_progress: Callable[[SweepsProgress], None] | None = None,
        lease: Lease | None = None,
    ) -> PosteriorRecord:
        """Take it up, unless it was by ``lease``, and sample until it is complete, paused or cancelled.

        On KeyboardInterrupt the sweeps at work are finished and kept, it is left paused, and the interrupt is raised
        again.

        Returns
        -------
        The posterior as it is stored then.

        Raises
        ------
        KeyboardInterrupt: paused, resumable.
        TransitionError: where another runner is at work on it, or it is final.
        FencedError: where another took it over meanwhile.
        WorkerLostError, UnavailableError: it crashed, resumable.
        ProtomodelsError: it has failed; the storage says why.
        """
        how = how or Execution()
        if lease is None:
            lease = self._storage.lease_posterior(self.id, runner_name(), seconds=how.lease_seconds)
        with giving_back(self._storage, lease, how.patience):
            complete = self._go_on(lease, how, on_progress)
        finish(self._storage, lease, complete, how.patience)
        return self._storage.get_posterior(self.id)

    def answer(self) -> PosteriorAnswer:
        """What its chains say so far.

        Raises
        ------
        NotFoundError: where no chain is beyond the warm-up.
        """
        return answer_of(self._storage, self.id, self.sampler)

    def _go_on(self, lease: Lease, how: Execution, on_progress: Callable[[SweepsProgress], None] | None) -> bool:
        executor = make_executor(how.executor, SamplerWork(self.sampler), how.workers, how.address)
        with LeaseKeeper(self._storage, lease, how.lease_seconds) as keeper, executor:
            loop = ChainLoop(self._storage, lease, self.config, self.sampler, on_progress, how.chunk, how.patience)
            complete = loop.sample(executor, keeper)
            if complete:
                text = self.answer().to_json()
                with_retries(lambda: self._storage.keep_answer(self.id, text, lease.attempt), how.patience)
            return complete


def scorer_for(config: PosteriorConfig, predictor: Predictor, table: str | None) -> Scorer:
    """What a posterior scores with.

    Parameters
    ----------
    table: content of its combinability table, None without one.

    Raises
    ------
    ConfigError: where the table cannot be used, or the results cannot be seen in its universe.
    """
    combinability = config.combinability(table)
    if config.universe is not None:
        predictor = in_universe(predictor, config.universe)
    return Scorer(predictor, combinability, config.scoring())

"""Chunks as stateless tasks of a Ray cluster; workers may join and leave while a run goes on.

The compiled results reach each node once: a node that does not have them in its cache takes them from Ray's object
store and keeps them there; its workers map the file into memory.
"""

from __future__ import annotations

import logging
import os
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, Generic, Self

import numpy as np
import ray
from ray.exceptions import RayError, RayTaskError
from threadpoolctl import threadpool_limits

from protomodels.errors import ConfigError, ProtomodelsError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_adopted
from protomodels.results.build import without_folder
from protomodels.results.store import adopt_compiled, has_compiled
from protomodels.runs.config import versions
from protomodels.runs.executors.base import MAX_LOSSES, R, S, Work, WorkerLostError
from protomodels.runs.executors.environment import AUTH_MODE, cluster_address
from protomodels.scoring.scorer import Scorer
from protomodels.universes import in_universe

log = logging.getLogger(__name__)

_SIZE_SECONDS: Final = 5.0
_OBJECT_STORE: Final = 256 * 2**20
"""Bytes; of a Ray that is started here, where the results need no copy."""

_works: dict[tuple[str, str], Work[Any, Any]] = {}  # of a worker process: the last one used


def _ready(key: tuple[str, str], parts: list[Any]) -> Work[Any, Any]:
    """In a worker: the work; what it needs is fetched the first time only."""
    if key not in _works:
        combinability, policy, universe, wanted, content, folder, make = ray.get(parts[0])
        without_folder(folder)
        if wanted != versions():
            raise ProtomodelsError(f"a Ray worker runs {versions()}, the run {wanted}: the chains would differ")
        threadpool_limits(1)
        if not has_compiled(key[1]):
            if content is None:
                raise ConfigError("executor", "ray", f"results {key[1]} in the cache of the machine Ray runs on")
            adopt_compiled(key[1], ray.get(content))
        _works.clear()
        predictor = load_adopted(key[1])
        predictor = predictor if universe is None else in_universe(predictor, universe)
        _works[key] = make(Scorer(predictor, combinability, policy))
    return _works[key]


def _prepare(key: tuple[str, str], parts: list[Any]) -> None:
    """In a worker: be ready, the machine code of the kernels included."""
    _ready(key, parts).try_out()


def _advance(key: tuple[str, str], parts: list[Any], state: Any, n_steps: int) -> Any:
    """In a worker: the next steps."""
    return _ready(key, parts).chunk(state, n_steps)


class RayExecutor(Generic[S, R]):
    """Tasks on all CPUs of a cluster.

    Parameters
    ----------
    workers: at most so many at a time; all of the cluster by default.
    address: of the cluster; by default that of ``RAY_ADDRESS``, else Ray is started on this machine.

    Raises
    ------
    ConfigError: where the results are not compiled ones.
    WorkerLostError: where the cluster cannot be reached.
    """

    def __init__(self, work: Work[S, R], workers: int | None = None, address: str | None = None) -> None:
        predictor = work.scorer.predictor
        if not isinstance(predictor, CompiledPredictor) or "file" not in predictor.meta:
            raise ConfigError("executor", "ray", "inline or process for results that are no compiled file")
        self._make = work.elsewhere()
        self._scorer, self._fingerprint, self._file = work.scorer, predictor.fingerprint, predictor.meta["file"]
        self._universe = predictor.universe
        self._most = workers
        self._address = cluster_address(address)
        self._size, self._looked = 1, -_SIZE_SECONDS

    def __enter__(self) -> Self:
        local = self._address is None
        settings: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
        if local:
            settings |= {"address": "local", "num_cpus": self._most or os.cpu_count() or 1, "include_dashboard": False}
            settings |= {"object_store_memory": _OBJECT_STORE}
        else:
            settings |= {"address": self._address}
        try:
            ray.init(**settings)
            content = None if local else ray.put(np.fromfile(Path(self._file), dtype=np.uint8))
            scorer = self._scorer
            # Ray lets workers import from where its driver works
            parts = (
                scorer.combinability,
                scorer.policy,
                self._universe,
                versions(),
                content,
                str(Path.cwd()),
                self._make,
            )
            # in a list: Ray would hand the content itself to each task, and tasks mostly need none
            self._parts = [ray.put(parts)]
        except (RayError, ConnectionError, RuntimeError, ValueError) as error:
            ray.shutdown()
            bare = self._address and AUTH_MODE not in os.environ
            hint = f"; where a token protects it, set {AUTH_MODE}=token" if bare else ""
            raise WorkerLostError(f"Ray at {self._address or 'this machine'} cannot be used: {error}{hint}") from error
        # a RayError of a task is the cluster's fault: it is tried elsewhere (Ray's types know no lists)
        retries: dict[str, Any] = {"max_retries": MAX_LOSSES, "retry_exceptions": [RayError]}
        self._task = ray.remote(num_cpus=1, **retries)(_advance)
        self._key = (os.urandom(8).hex(), self._fingerprint)
        # tasks that take seconds go to a worker each; one that joins later gets ready at its first chunk
        prepare = ray.remote(num_cpus=1, max_retries=MAX_LOSSES)(_prepare)
        try:
            ray.get([prepare.remote(self._key, self._parts) for _ in range(self.workers)])
        except RayError as error:
            ray.shutdown()
            raise _meant(error) from error
        return self

    @property
    def workers(self) -> int:
        """CPUs of the cluster, looked up every few seconds: nodes come and go."""
        now = time.monotonic()
        if now - self._looked > _SIZE_SECONDS:
            self._looked = now
            resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
            self._size = max(1, int(resources.get("CPU", 1)))
        return self._size if self._most is None else min(self._size, self._most)

    @property
    def in_flight(self) -> int:
        """Twice the workers."""
        return 2 * self.workers

    def submit(self, state: S, n_steps: int) -> Future[R]:
        """A future of the chunk; Ray gives it to another worker where one dies."""
        inner: Future[R] = self._task.remote(self._key, self._parts, state, n_steps).future()
        outer: Future[R] = Future()

        def done(inner: Future[R]) -> None:
            error = inner.exception()
            if error is None:
                outer.set_result(inner.result())
            else:
                outer.set_exception(_meant(error))

        inner.add_done_callback(done)
        return outer

    def __exit__(self, *_: object) -> None:
        ray.shutdown()


def _meant(error: BaseException) -> Exception:
    """What went wrong in a task, or the loss of its workers."""
    if isinstance(error, RayTaskError) and isinstance(error.cause, Exception):
        return error.cause
    return WorkerLostError(f"Ray lost its workers: {error}")

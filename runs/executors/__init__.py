"""Where chunks of steps are computed.  The chains do not depend on it.

In go the state of a walk, or of a sampler's chain, and a number of steps; out comes a future of the chunk.

    base         what an executor is, and what work it does
    inline       in this process, one chunk after the other
    process      in worker processes on this machine
    cluster      as tasks of a Ray cluster, or of Ray started on this machine
    environment  what Ray reads from the environment
"""

from __future__ import annotations

from typing import Final

from protomodels.errors import ConfigError
from protomodels.extras import require
from protomodels.run_settings import EXECUTOR
from protomodels.runs.executors.base import Executor, R, S, Work, WorkerLostError
from protomodels.runs.executors.environment import set_ray_environment
from protomodels.runs.executors.inline import InlineExecutor
from protomodels.runs.executors.process import ProcessExecutor

EXECUTORS: Final = EXECUTOR.choices

__all__ = ["EXECUTORS", "Executor", "Work", "WorkerLostError", "make_executor"]


def make_executor(
    name: str, work: Work[S, R], workers: int | None = None, address: str | None = None
) -> Executor[S, R]:
    """The executor of this name; enter it to start its workers.

    Parameters
    ----------
    workers: how many at a time; all cores by default.
    address: of a Ray cluster; by default that of ``RAY_ADDRESS``, else Ray is started on this machine.

    Raises
    ------
    ConfigError: where there is none of this name, or it cannot work on these results.
    MissingExtraError: where Ray is not installed.
    """
    if name == "inline":
        return InlineExecutor(work)
    if name == "process":
        return ProcessExecutor(work, workers)
    if name == "ray":
        set_ray_environment(address)
        require("ray", "runs on Ray clusters")
        from protomodels.runs.executors.cluster import RayExecutor

        return RayExecutor(work, workers, address)
    raise ConfigError("executor", name, "one of " + ", ".join(EXECUTORS))

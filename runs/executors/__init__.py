"""Where chunks of steps are computed.  The chains do not depend on it.

In go a walk's state and a number of steps, out comes a future of the chunk.

    base         what an executor is
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
from protomodels.runs.executors.base import Executor, WorkerLostError
from protomodels.runs.executors.environment import set_ray_environment
from protomodels.runs.executors.inline import InlineExecutor
from protomodels.runs.executors.process import ProcessExecutor
from protomodels.walker.walk import Walk

EXECUTORS: Final = EXECUTOR.choices

__all__ = ["EXECUTORS", "Executor", "WorkerLostError", "make_executor"]


def make_executor(name: str, walk: Walk, workers: int | None = None, address: str | None = None) -> Executor:
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
        return InlineExecutor(walk)
    if name == "process":
        return ProcessExecutor(walk, workers)
    if name == "ray":
        set_ray_environment(address)
        require("ray", "runs on Ray clusters")
        from protomodels.runs.executors.cluster import RayExecutor

        return RayExecutor(walk, workers, address)
    raise ConfigError("executor", name, "one of " + ", ".join(EXECUTORS))

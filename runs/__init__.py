"""Runs of many walks: created, taken up, walked to their end, given back.

In go a storage, results and a config; what comes out is in the storage: steps, states, hiscores.

    front       run, resume, hiscores: with the defaults of the command line
    config      what a run is made of, and how it is computed;  new: the config of a run that is asked for
    extensions  moves, a statistic of regions, a critic of the user's own
    run         a run: created, taken up, executed
    loop        one session of a run: chunks out, results into the storage
    committed   what a session takes from the storage when it begins, and how it commits chunks
    executors/  where chunks are computed: in this process, in several, on a Ray cluster
    judging     at the end of a run: robustness and error bars of its best hiscores
    lease       signs of life while a run is at work
    progress    the live display of a run
    records     results of a walk as records of the storage;  hiscores: the best of them, as a table
    archive/    a run in one file, and back in a storage
    frames/     what is stored, as data frames
    stored      a stored proto-model with what its run scored with
    replay      stored steps walked again and compared;  compare: two runs side by side
    posterior/  chains of a sampler instead of walks, and what they say
    supervisor  what a runner does: queued runs taken up, each in a process of its own
"""

from protomodels.runs.config import Execution, RunConfig
from protomodels.runs.extensions import Extensions
from protomodels.runs.front import RunResult
from protomodels.runs.hiscores import Hiscores
from protomodels.runs.loop import Progress
from protomodels.runs.run import Run

__all__ = [
    "Execution",
    "Extensions",
    "Hiscores",
    "Progress",
    "Run",
    "RunConfig",
    "RunResult",
]

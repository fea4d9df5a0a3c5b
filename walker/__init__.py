"""Walks through the space of proto-models.

In come a predictor, a combinability table and a policy; out go chains of scored proto-models, and the best of
them as hiscores in the storage.

    scoring    one model -> K, Z, the best combination, the limits that hold it back
    editing    changes of a model that keep sigma x BR of what they do not touch
    moves/     one proposal a file, and the policy's list of them
    state      where a walk stands, and its form in the storage
    walk       one walk: propose, score, accept; a chunk of steps as a pure function
    config     what a run is made of
    executors/ where chunks are computed: in this process, in several, on a Ray cluster
    exchange   walkers that take over models of better ones (an option)
    loop       one session of a run: chunks out, results into the storage
    lease      signs of life while a run is at work
    run        a run of many walks: created, taken up, walked to its end, given back
    replay     stored steps walked again and compared; compare: two runs side by side
    records    results of a walk as records of the storage
    ablation   K without each particle and without each analysis
"""

from walker.config import RunConfig
from walker.loop import Progress
from walker.run import Execution, Run
from walker.scoring import Contribution, Score, Scorer
from walker.walk import Walk

__all__ = ["Contribution", "Execution", "Progress", "Run", "RunConfig", "Score", "Scorer", "Walk"]

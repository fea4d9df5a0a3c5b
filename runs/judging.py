"""The end of a run: its best hiscores are judged, each once.

A judgement depends on the hiscore, the results and the scoring only.  So whoever resumes a run that stopped meanwhile
judges what is left, and comes to the same.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Final

from protomodels.database import HiscoreQuery, ProtomodelRecord, Storage, with_retries
from protomodels.errors import PredictionError
from protomodels.files import model_from_dict
from protomodels.scoring.judgement import Judgements
from protomodels.scoring.scorer import Scorer

log = logging.getLogger(__name__)

JUDGED: Final = 50
"""So many of the best distinct hiscores of a run are judged."""
PROFILED: Final = 5
"""Of so many the likelihood itself gives the error bars of masses, too: it takes a hundred times as long."""


def judge_hiscores(
    storage: Storage, run: str, scorer: Scorer, patience: float, go_on: Callable[[], bool] = lambda: True
) -> int:
    """Judge the best hiscores of a run that were not judged before; how many these were.

    Parameters
    ----------
    scorer: of the run.
    patience: seconds for which a storage that is away is waited for.
    go_on: asked before each; where it says no, the others are left.

    Raises
    ------
    UnavailableError: where the storage stayed away.
    """
    found = with_retries(lambda: storage.best_protomodels(HiscoreQuery(run=run), JUDGED), patience)
    judge, done = Judgements(scorer), 0
    for place, record in enumerate(found):
        if record.judgement is None and go_on():
            done += _judge(storage, judge, record, place < PROFILED, patience)
    return done


def judgement_of(record: ProtomodelRecord, judge: Judgements, profile: bool = True) -> dict[str, Any] | None:
    """The judgement of a stored proto-model: what is stored of it, else made now; None for one that has no K.

    Raises
    ------
    PredictionError: where the model cannot be evaluated.
    """
    if record.judgement is not None:
        stored: dict[str, Any] = json.loads(record.judgement)
        return stored
    return judge.of(judge.scorer.evaluate(model_from_dict(json.loads(record.model_json))), profile)


def _judge(storage: Storage, judge: Judgements, record: ProtomodelRecord, profile: bool, patience: float) -> bool:
    try:
        said = judgement_of(record, judge, profile)
    except PredictionError as error:
        # chains are complete, and one model that cannot be evaluated nearby is no reason to lose them
        log.warning("proto-model %s was not judged: %s", record.id, error)
        return False
    if said is None:
        return False
    robustness, text = said["robustness"], json.dumps(said)
    verdict, without = robustness["verdict"], robustness["without_strongest_analysis"]
    with_retries(lambda: storage.judge_protomodel(record.id, verdict, text, without), patience)
    return True

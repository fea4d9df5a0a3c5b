"""Campaigns with the defaults of the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import PValueCampaign, PValueConfig
from protomodels.database import Storage
from protomodels.runs import Execution
from protomodels.runs.front import opened_storage, results_of


def pvalue(
    run: str,
    *,
    universes: int = 50,
    seed: int = 1,
    fudge: float = 1.0,
    width: float | None = None,
    bounds: bool = False,
    executor: str = "process",
    workers: int | None = None,
    storage: str | Path | Storage | None = None,
    on_answer: Callable[[GlobalPValue], None] | None = None,
) -> GlobalPValue:
    """The global p-value of a run: its search done again in universes without new physics.

    Asked again, with the same settings or more universes, it goes on where it was interrupted.

    Parameters
    ----------
    run: id of the run whose best K is judged; it has to be completed.
    universes: how many.
    seed: of the first universe and its run; the others follow.
    fudge: factor on the widths that data are drawn with.
    width: stop where the 95% interval is no wider.
    bounds: do not walk where a known model reaches K: the universe counts as reaching.
    executor, workers: as for :func:`protomodels.runs.front.run`.
    storage: path of a file, URL or an open storage; by default the user's.
    on_answer: called with each new answer.

    Raises
    ------
    NotFoundError, ConfigError: where there is no such run, it is not completed, or a setting is wrong.
    """
    with opened_storage(storage) as there:
        config = PValueConfig.of_run(
            there, run, universes=universes, seed=seed, fudge=fudge, width=width, bounds=bounds
        )
        campaign = PValueCampaign.create(there, config, results_of(there.get_run(run)))
        return campaign.walk(Execution(executor, workers), on_answer)

"""The answer of any stored campaign so far, for tables and figures; no results are opened for it."""

from __future__ import annotations

from protomodels.campaign.closure import closure_answer
from protomodels.campaign.closure_answer import ClosureAnswer
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import pvalue_answer
from protomodels.campaign.pvalue_config import KIND as PVALUE
from protomodels.database import Storage


def campaign_answer(storage: Storage, campaign: str) -> GlobalPValue | ClosureAnswer:
    """The answer from the runs that are completed.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    if storage.campaign(campaign).kind == PVALUE:
        return pvalue_answer(storage, campaign)
    return closure_answer(storage, campaign)

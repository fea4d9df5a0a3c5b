"""K of proto-models in one release of the results after another: is an excess growing or dying?

In come models, and scorers of several releases; out comes a :class:`Timeline`.

    front     timeline: with the defaults of the command line
    releases  releases in their order, and what each holds of every analysis
    changes   which analyses came, went and changed from one release to the next, and what each did to K
    history   K of one model in every release
    verdict   growing, dying or unchanged: the rule
    answer    Timeline: all models, as tables, a dictionary or a data frame
"""

from protomodels.campaign.timeline.answer import Timeline
from protomodels.campaign.timeline.front import timeline

__all__ = ["Timeline", "timeline"]

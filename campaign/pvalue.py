"""The global p-value: how often does a search find as high a K where there is no new physics?

The search that gave the observed K is repeated on universes, which are pseudo-data without new physics, with the same
policy, moves, number of walkers and steps (arXiv:2012.12246).  The look-elsewhere effect is part of each search, so
that nothing has to be corrected for.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Final

from protomodels.campaign.base import Campaign, Plan
from protomodels.campaign.bounds import lower_bounds
from protomodels.campaign.ensemble import Member
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.campaign.same_search import check_goes_on, check_same_search
from protomodels.database import RunState, Storage
from protomodels.errors import ConfigError
from protomodels.files import model_from_dict
from protomodels.predictor import Predictor
from protomodels.runs import RunConfig
from protomodels.runs.run import scorer_of

FEWEST: Final = 10
"""Universes before which a stop rule does not end a campaign."""
KNOWN: Final = 50
"""So many hiscores of the judged run are tried in each universe."""


class PValueCampaign(Campaign[PValueConfig, GlobalPValue]):
    """A stored global p-value: the search of a run is repeated in universes without new physics.

    Raises
    ------
    ConfigError: where the judged run was made with other results, with parts of the user's own, or is of one of these
        universes itself.
    """

    def __init__(self, storage: Storage, campaign: str, predictor: Predictor) -> None:
        super().__init__(storage, campaign, predictor)
        plan = self.plan(storage, self.config, predictor)
        self._scorer = scorer_of(storage, self.config.run, plan.base, predictor)

    @classmethod
    def read_config(cls, text: str) -> PValueConfig:
        """The config from its stored text."""
        return PValueConfig.from_json(text)

    @classmethod
    def check(cls, storage: Storage, config: PValueConfig, predictor: Predictor) -> None:
        """Also an error: a judged run of another version of the search, which cannot be done again here."""
        super().check(storage, config, predictor)
        check_goes_on(storage.get_run(config.run))

    @classmethod
    def plan(cls, storage: Storage, config: PValueConfig, predictor: Predictor) -> Plan:
        """The search of the judged run, in each universe."""
        record = storage.get_run(config.run)
        if record.results_fingerprint != predictor.fingerprint:
            raise ConfigError("results", predictor.fingerprint, f"the results of {config.run}")
        base = RunConfig.from_json(record.config_json)
        if base.extensions:
            raise ConfigError(
                "run", f"{config.run}, with parts of the user's own", "a run without: they are not repeated"
            )
        members = tuple(config.members())
        # the judged run may itself be of a universe: so the method is checked
        if base.universe is not None and Member(base.universe, base.seed) in members:
            raise ConfigError("seed", config.seed, f"universes without number {base.seed}, whose run is judged")
        return Plan(replace(base, universe=None), members, config.run)

    def answer(self) -> GlobalPValue:
        """From the universes that are finished, and those that need no walk."""
        return pvalue_answer(self._storage, self.id)

    def is_enough(self, answer: GlobalPValue) -> bool:
        """Is the interval as narrow as was asked for?"""
        width = self.config.width
        return width is not None and answer.n >= FEWEST and answer.interval().width <= width

    def needs_run(self, position: int) -> bool:
        """Not where a known model reaches K; which models are known follows from the universes before this one."""
        if not self.config.bounds:
            return True
        if position in self._storage.campaign(self.id).bounds:
            return False
        record = self.ensemble.record(position)
        if record is not None and record.state not in (RunState.FAILED, RunState.CANCELLED):
            return True
        check_goes_on(self._storage.get_run(self.config.run))
        walked = self._storage.campaign_runs(self.id)
        best = [run.best for place, run in walked.items() if place < position and run.best is not None]
        known = [*self._storage.hiscores(self.config.run, KNOWN), *best]
        texts = [model.model_json for model in self._storage.protomodels([h.id for h in known])]
        universe = self.ensemble.members[position].universe
        found = lower_bounds(self._scorer, [model_from_dict(json.loads(text)) for text in texts], [universe])
        if not found.K[0] >= self.config.K:
            return True
        self._storage.add_bound(self.id, position, float(found.K[0]), texts[int(found.best[0])])
        return False


def pvalue_answer(storage: Storage, campaign: str) -> GlobalPValue:
    """The answer of a stored global p-value so far; a universe that was walked counts with its K, bound or not.

    Raises
    ------
    NotFoundError, ConfigError: where there is no such campaign, it is of another kind, or one of its runs is not
        searched as the judged run was.
    """
    stored = storage.campaign(campaign)
    config = PValueConfig.from_json(stored.config_json)
    judged, members = storage.get_run(config.run), config.members()
    best = {}
    for position, found in storage.campaign_runs(campaign).items():
        if found.run.state is RunState.COMPLETED:
            if position >= len(members):
                raise ConfigError(
                    "position", position, f"a place of the {len(members)} universes of campaign {campaign}"
                )
            check_same_search(judged, found.run, members[position].seed, members[position].universe)
            best[position] = -math.inf if found.run.best_K is None else found.run.best_K
    bounds = tuple(bound for position, bound in sorted(stored.bounds.items()) if position not in best)
    return GlobalPValue(config.K, tuple(best.values()), bounds, config.universes, campaign, config.fudge)

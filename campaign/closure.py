"""Closure tests: a proto-model is injected into the data; does the search find it again (arXiv:2012.12246, section 6)?

technical   nothing is drawn: every region observes background plus signal.  What is not found is lost by the method.
physics     a universe for each run: what is not found may be hidden by chance.
"""

from __future__ import annotations

from protomodels.campaign.base import Campaign, Plan
from protomodels.campaign.closure_answer import ClosureAnswer
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.closure_result import ClosureResult, partners
from protomodels.database import CampaignRun, RunState, Storage
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.runs import RunConfig
from protomodels.universes import in_universe


class ClosureCampaign(Campaign[ClosureConfig, ClosureAnswer]):
    """A stored closure test."""

    def __init__(self, storage: Storage, campaign: str, predictor: Predictor) -> None:
        begun = [member.run.results_fingerprint for member in storage.campaign_runs(campaign).values()]
        if any(fingerprint != predictor.fingerprint for fingerprint in begun):
            raise ConfigError("results", predictor.fingerprint, f"the results of campaign {campaign}: {begun[0]}")
        super().__init__(storage, campaign, predictor)

    @property
    def model(self) -> ProtoModel:
        """The injected proto-model."""
        return self.config.model

    @classmethod
    def read_config(cls, text: str) -> ClosureConfig:
        """The config from its stored text."""
        return ClosureConfig.from_json(text)

    @classmethod
    def check(cls, storage: Storage, config: ClosureConfig, predictor: Predictor) -> None:
        """Also an error: an injected proto-model that cannot be predicted."""
        in_universe(predictor, config.members()[0].universe)

    @classmethod
    def plan(cls, storage: Storage, config: ClosureConfig, predictor: Predictor) -> Plan:
        """The same search with another seed each, in physics closure in another universe, too."""
        return Plan(RunConfig.from_json(config.base), tuple(config.members()))

    def answer(self) -> ClosureAnswer:
        """What the completed runs found."""
        return closure_answer(self._storage, self.id)


def closure_answer(storage: Storage, campaign: str) -> ClosureAnswer:
    """What the completed runs of a stored closure test found, in their order.

    Raises
    ------
    NotFoundError, ConfigError: where there is no such campaign, or it is of another kind.
    """
    config = ClosureConfig.from_json(storage.campaign(campaign).config_json)
    injected = config.model.masses
    members = storage.campaign_runs(campaign).values()
    found = tuple(_result(member, config.model) for member in members if member.run.state is RunState.COMPLETED)
    return ClosureAnswer(dict(injected), found, config.runs, campaign)


def _result(member: CampaignRun, injected: ProtoModel) -> ClosureResult:
    masses = dict(member.best.masses) if member.best else {}
    K = member.best.K if member.best else None
    return ClosureResult(member.run.id, K, masses, partners(injected.masses, masses))

"""What all campaigns share: created or found again, walked, resumed, queued and answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, Self, TypeVar

from protomodels.campaign.config import CampaignConfig
from protomodels.campaign.ensemble import Ensemble, Member
from protomodels.database import Storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution, RunConfig

ConfigT = TypeVar("ConfigT", bound=CampaignConfig)
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True)
class Plan:
    """The runs of a campaign, before any of them is begun.

    Attributes
    ----------
    base: the settings of all of them; seed and universe are replaced.
    members: seed and universe of each.
    like: a stored run that they judge: their search is its own, and its table, as it was then; None to read the
        combinability table that ``base`` names.
    """

    base: RunConfig
    members: tuple[Member, ...]
    like: str | None = None


class Campaign(ABC, Generic[ConfigT, AnswerT]):
    """A stored campaign: its runs are walked here or left to runners, and it has an answer at any time.

    A kind of campaign says what its config is, which runs it consists of, and how their best K become an answer.

    Parameters
    ----------
    campaign: its id in the storage.
    predictor: the published results that its runs are based on.

    Raises
    ------
    NotFoundError: where there is no such campaign, or a run that it is about is gone.
    ConfigError: where the campaign is of another kind, or was begun with other results.
    """

    CONFIG: ClassVar[type[CampaignConfig]]

    def __init__(self, storage: Storage, campaign: str, predictor: Predictor) -> None:
        self.id = campaign
        self.config = self.read_config(storage.campaign(campaign).config_json)
        plan = self.plan(storage, self.config, predictor)
        self._storage = storage
        self.ensemble = Ensemble(storage, campaign, plan.base, predictor, plan.members, plan.like)

    @classmethod
    def create(cls, storage: Storage, config: ConfigT, predictor: Predictor) -> Self:
        """The campaign with this config; the stored one, with its runs, where there is one.

        Raises
        ------
        ConfigError, PredictionError: where its runs could not be walked; nothing is stored then.
        """
        cls.check(storage, config, predictor)
        campaign = storage.create_campaign(config.KIND, config.to_json(), **config.columns())
        return cls(storage, campaign, predictor)

    @classmethod
    def check(cls, storage: Storage, config: ConfigT, predictor: Predictor) -> None:
        """Refuse what cannot be walked, before anything is stored; errors as for :meth:`create`."""
        cls.plan(storage, config, predictor)

    @classmethod
    @abstractmethod
    def read_config(cls, text: str) -> ConfigT:
        """The config from its stored JSON text; ConfigError where it is of another kind of campaign."""

    @classmethod
    @abstractmethod
    def plan(cls, storage: Storage, config: ConfigT, predictor: Predictor) -> Plan:
        """The runs that the config asks for; nothing is stored."""

    @abstractmethod
    def answer(self) -> AnswerT:
        """The answer from the runs that are completed so far; it may be asked for at any time."""

    def is_enough(self, answer: AnswerT) -> bool:
        """May the campaign stop here, before all its runs are walked?"""
        return False

    def needs_run(self, position: int) -> bool:
        """Must this position be walked?  A kind of campaign may know its answer without a run."""
        return True

    def walk(self, how: Execution, on_answer: Callable[[AnswerT], None] | None = None) -> AnswerT:
        """Walk the runs, one after the other, until all are completed or the answer is good enough.

        Parameters
        ----------
        on_answer: called with each new answer; first with that of runs which were completed before.

        Raises
        ------
        KeyboardInterrupt: completed runs and steps are kept; walking again continues there.
        ProtomodelsError: where a run fails, or somebody paused or cancelled it.
        """
        told: AnswerT | None = None
        for position in range(len(self.ensemble.members)):
            if self.needs_run(position):
                self.ensemble.walk(position, how)
            answer = self.answer()
            if on_answer is not None and answer != told:
                on_answer(answer)
            told = answer
            if self.is_enough(answer):
                break
        return self.answer()

"""The global p-value: how often does the best K of a search come out as high where there is no new physics?

The search that gave the observed K is done again on universes: same policy, moves, number of walkers and steps.  All
looking elsewhere is part of it, so nothing has to be corrected for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from protomodels.campaign.bounds import lower_bounds
from protomodels.campaign.ensemble import Ensemble, Member
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.database import RunState, Storage
from protomodels.errors import ConfigError
from protomodels.files import model_from_dict
from protomodels.predictor import Predictor
from protomodels.runs import Execution, RunConfig
from protomodels.runs.run import scorer_of
from protomodels.universes import Universe

KIND = "pvalue"
FEWEST = 10
"""Universes before which a stop rule does not end a campaign."""
KNOWN = 50
"""So many hiscores of the judged run are tried in each universe."""


@dataclass(frozen=True)
class PValueConfig:
    """A global p-value that is asked for.

    Attributes
    ----------
    run: the run whose best K is judged; its search is the one done again.
    K: that best K.
    universes: how many at most.
    seed: of the first universe and its run; the others follow.
    fudge: factor on the widths that data are drawn with, see :class:`Universe`.
    bounds: do not walk universes in which a model that is known already (of the run's hiscores, or the best of a
        universe walked before) reaches K: they count as reaching.  The search itself might not have found it there, so
        that p can only come out larger.
    width: stop where the 95% interval is no wider; None for never.  A rule that looks at the data costs some of the
        interval's coverage.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    run: str
    K: float
    universes: int = 50
    seed: int = 1
    fudge: float = 1.0
    width: float | None = None
    bounds: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.universes, bool) or not isinstance(self.universes, int) or not 1 <= self.universes <= 10**6:
            raise ConfigError("universes", self.universes, "a whole number between 1 and 1000000")
        if isinstance(self.K, bool) or not isinstance(self.K, (int, float)) or not math.isfinite(self.K):
            raise ConfigError("K", self.K, "a finite number")
        if not isinstance(self.bounds, bool):
            raise ConfigError("bounds", self.bounds, "true or false")
        if self.width is not None and not 0.0 < self.width < 1.0:
            raise ConfigError("width", self.width, "a number between 0 and 1")
        for seed in (self.seed, self.seed + self.universes - 1):
            Universe(seed, self.fudge)

    def to_json(self) -> str:
        """The form that is stored."""
        return json.dumps({"kind": KIND, **asdict(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PValueConfig:
        """The config that :meth:`to_json` wrote.

        Raises
        ------
        ConfigError: where the text is not one.
        """
        try:
            values = json.loads(text)
            if values.pop("kind") != KIND:
                raise ValueError("another kind of campaign")
            return cls(**values)
        except (ValueError, TypeError, KeyError) as error:
            raise ConfigError("campaign", text, f"a stored global p-value ({error})") from error

    @classmethod
    def of_run(cls, storage: Storage, run: str, **settings: object) -> PValueConfig:
        """For the best K of a stored run.

        Raises
        ------
        NotFoundError, ConfigError: where there is no such run, it is not completed, or it found nothing.
        """
        state = storage.get_run(run).state
        if state is not RunState.COMPLETED:
            raise ConfigError("run", f"{run} ({state})", "a completed run: its search is done again whole")
        best = storage.progress(run).best_K
        if best is None:
            raise ConfigError("run", run, "a run that found a model with a K")
        return cls(run, best, **settings)  # type: ignore[arg-type]


class PValueCampaign:
    """A global p-value in the storage: begun, walked on, answered at any time.

    Parameters
    ----------
    campaign: its id.
    predictor: the published results of its runs.

    Raises
    ------
    NotFoundError: where the judged run is not there.
    ConfigError: where these are not its results, or it would be one of its own judges.
    """

    def __init__(self, storage: Storage, campaign: str, predictor: Predictor) -> None:
        self.id = campaign
        self.config = PValueConfig.from_json(storage.campaign(campaign).config_json)
        base, members = _search(storage, self.config, predictor)
        self._storage = storage
        self._scorer = scorer_of(storage, self.config.run, base, predictor)
        self.ensemble = Ensemble(storage, campaign, base, predictor, members, self.config.run)

    @classmethod
    def create(cls, storage: Storage, config: PValueConfig, predictor: Predictor) -> PValueCampaign:
        """The campaign of this config, a new one where there is none; errors as for the class."""
        _search(storage, config, predictor)  # nothing is stored that cannot be done
        campaign = storage.create_campaign(KIND, config.to_json(), judged_run=config.run, K_observed=config.K)
        return cls(storage, campaign, predictor)

    def answer(self) -> GlobalPValue:
        """From the universes that are finished, and those that need no walk."""
        return pvalue_answer(self._storage, self.id)

    def is_enough(self, answer: GlobalPValue) -> bool:
        """Is the interval as narrow as was asked for?"""
        width = self.config.width
        return width is not None and answer.n >= FEWEST and answer.interval().width <= width

    def walk(self, how: Execution, on_answer: Callable[[GlobalPValue], None] | None = None) -> GlobalPValue:
        """Walk on universes, one after the other, until all are done or the interval is narrow enough.

        Parameters
        ----------
        on_answer: called with each new answer; first, where universes were finished before, with theirs.

        Raises
        ------
        KeyboardInterrupt: what is done is kept.
        ProtomodelsError: where a run fails.
        """
        told: GlobalPValue | None = None
        for position in range(self.config.universes):
            if not self._needs_no_walk(position):
                self.ensemble.walk(position, how)
            answer = self.answer()
            if on_answer is not None and answer != told:
                on_answer(answer)
            told = answer
            if self.is_enough(answer):
                break
        return self.answer()

    def _needs_no_walk(self, position: int) -> bool:
        """Does a known model reach K there?  What is known is a function of the universes before this one."""
        if not self.config.bounds:
            return False
        stored = self._storage.campaign(self.id)
        if position in stored.bounds:
            return True
        record = self.ensemble.record(position)
        if record is not None and record.state not in (RunState.FAILED, RunState.CANCELLED):
            return False  # it is, or will be, walked
        walked = self._storage.campaign_runs(self.id)
        best = [run.best for place, run in walked.items() if place < position and run.best is not None]
        known = [*self._storage.hiscores(self.config.run, KNOWN), *best]
        texts = [model.model_json for model in self._storage.protomodels([h.id for h in known])]
        universe = self.ensemble.members[position].universe
        found = lower_bounds(self._scorer, [model_from_dict(json.loads(text)) for text in texts], [universe])
        if not found.K[0] >= self.config.K:
            return False
        self._storage.add_bound(self.id, position, float(found.K[0]), texts[int(found.best[0])])
        return True


def _search(storage: Storage, config: PValueConfig, predictor: Predictor) -> tuple[RunConfig, list[Member]]:
    """The search that is done again, and where."""
    record = storage.get_run(config.run)
    if record.results_fingerprint != predictor.fingerprint:
        raise ConfigError("results", predictor.fingerprint, f"the results of {config.run}")
    base = RunConfig.from_json(record.config_json)
    members = [
        Member(Universe(seed, config.fudge), seed) for seed in range(config.seed, config.seed + config.universes)
    ]
    if base.universe is None:
        return base, members
    # the p-value of a fake universe: how the method is checked
    if Member(base.universe, base.seed) in members:
        raise ConfigError("seed", config.seed, f"universes without number {base.seed}, whose run is judged")
    return replace(base, universe=None), members


def pvalue_answer(storage: Storage, campaign: str) -> GlobalPValue:
    """The answer of a stored global p-value so far; a universe that was walked counts with its K, bound or not."""
    stored = storage.campaign(campaign)
    config = PValueConfig.from_json(stored.config_json)
    best = {
        position: -math.inf if member.run.best_K is None else member.run.best_K
        for position, member in storage.campaign_runs(campaign).items()
        if member.run.state is RunState.COMPLETED
    }
    bounds = tuple(bound for position, bound in sorted(stored.bounds.items()) if position not in best)
    return GlobalPValue(config.K, tuple(best.values()), bounds, config.universes)

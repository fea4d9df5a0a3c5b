"""The question of a global p-value: which run is judged, by how many universes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from protomodels.campaign.config import CampaignConfig, check_count, check_finite
from protomodels.campaign.ensemble import Member
from protomodels.database import RunState, Storage
from protomodels.errors import ConfigError
from protomodels.run_settings import SEED
from protomodels.runs import RunConfig
from protomodels.universes import Universe
from protomodels.universes.recipe import drawing_of

KIND: Final = "pvalue"


@dataclass(frozen=True)
class PValueConfig(CampaignConfig):
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
    drawing: how data are drawn, see :class:`Universe`.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    KIND: ClassVar[str] = KIND
    TITLE: ClassVar[str] = "global p-value"

    run: str
    K: float
    universes: int = 50
    seed: int = 1
    fudge: float = 1.0
    width: float | None = None
    bounds: bool = False

    def __post_init__(self) -> None:
        check_count("universes", self.universes)
        check_finite("K", self.K)
        if not isinstance(self.bounds, bool):
            raise ConfigError("bounds", self.bounds, "true or false")
        if self.width is not None and not (isinstance(self.width, (int, float)) and 0.0 < self.width < 1.0):
            raise ConfigError("width", self.width, "a number between 0 and 1")
        SEED.check(self.seed)
        for seed in (self.seed, self.seed + self.universes - 1):
            Universe(seed, self.fudge, drawing=self.drawing)

    def members(self) -> list[Member]:
        """Universe and seed of each run."""
        seeds = range(self.seed, self.seed + self.universes)
        return [Member(Universe(seed, self.fudge, drawing=self.drawing), seed) for seed in seeds]

    def columns(self) -> Mapping[str, Any]:
        """The judged run and its K."""
        return {"judged_run": self.run, "K_observed": self.K}

    @classmethod
    def of_run(cls, storage: Storage, run: str, **settings: object) -> PValueConfig:
        """For the best K of a stored run, with universes drawn as its policy asks for.

        Raises
        ------
        NotFoundError, ConfigError: where there is no such run, it is not completed, or it found nothing.
        """
        record = storage.get_run(run)
        state = record.state
        if state is not RunState.COMPLETED:
            raise ConfigError("run", f"{run} ({state})", "a completed run")
        best = storage.progress(run).best_K
        if best is None:
            raise ConfigError("run", run, "a run with at least one hiscore")
        drawing = drawing_of(RunConfig.from_json(record.config_json).policy)
        return cls(run, best, drawing=drawing, **settings)  # type: ignore[arg-type]

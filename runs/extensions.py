"""Parts of a search that are a user's own: moves, a statistic of regions, a critic.

They are code, so a run keeps their names only; whoever goes on with the run brings them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from protomodels.critic import Critic
from protomodels.errors import ConfigError
from protomodels.scoring import RegionStatistic, Scorer
from protomodels.scoring.own_parts import check_parts
from protomodels.walker.moves import Move


@dataclass(frozen=True)
class Extensions:
    """What is the user's own.

    Attributes
    ----------
    moves: proposed in each step after those of the policy.
    choose_regions: which rows of predictions may enter combinations, instead of the policy's choice.
    critic: what limits the signal strength, instead of the published limits with the policy's tolerance.

    Raises
    ------
    ConfigError: on creation, where a part is not what it must be.
    """

    moves: Sequence[Move] = ()
    choose_regions: RegionStatistic | None = None
    critic: Critic | None = None

    def __post_init__(self) -> None:
        if isinstance(self.moves, str) or not isinstance(self.moves, Iterable):
            raise ConfigError("moves", self.moves, "a list of moves")
        object.__setattr__(self, "moves", tuple(self.moves))
        check_parts(self.choose_regions, self.critic)

    @property
    def names(self) -> dict[str, list[str]]:
        """What a run writes down: ``MODULE:NAME`` of each part; empty where nothing is the user's own.

        >>> def cautious(predictions, policy): ...
        >>> Extensions(critic=cautious).names
        {'critic': ['protomodels.runs.extensions:cautious']}
        """
        parts = {
            "moves": [_name(type(move)) for move in self.moves],
            "choose_regions": [] if self.choose_regions is None else [_name(self.choose_regions)],
            "critic": [] if self.critic is None else [_name(self.critic)],
        }
        return {part: names for part, names in parts.items() if names}

    def scorer(self, scorer: Scorer) -> Scorer:
        """The same scorer with the user's own statistic of regions and critic."""
        return replace(scorer, choose_regions=self.choose_regions, critic=self.critic)


def check_extensions(run: str, began: dict[str, list[str]] | None, given: Extensions) -> None:
    """Refuse to go on with a run without the parts that began it, or with others.

    Parameters
    ----------
    run: its id.
    began: what the config of the run names.

    Raises
    ------
    ConfigError: where that is so.
    """
    if (began or {}) != given.names:
        raise ConfigError("extensions", _words(given.names), f"those that run {run} began with: {_words(began or {})}")


def _words(names: dict[str, list[str]]) -> str:
    return ", ".join(f"{part} {', '.join(each)}" for part, each in names.items()) or "none"


def _name(part: object) -> str:
    kind = part if hasattr(part, "__qualname__") else type(part)
    return f"{kind.__module__}:{getattr(kind, '__qualname__', '')}"

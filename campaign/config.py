"""What the question of every campaign has in common: it is stored as JSON, and that text is its identity."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Self

from protomodels.errors import ConfigError
from protomodels.universes.recipe import AS_PAPER


@dataclass(frozen=True)
class CampaignConfig:
    """Base of the configs of campaigns.

    A campaign with the same text is the same campaign, so that :meth:`to_json` must not change from version to version.

    Attributes
    ----------
    drawing: how its universes are drawn, see :class:`protomodels.universes.Universe`.  The text says nothing of the
        paper's way, which was the only one of version 0.1.0.
    """

    drawing: int = field(default=AS_PAPER, kw_only=True)

    KIND: ClassVar[str]
    """Its name in the storage."""
    TITLE: ClassVar[str]
    """What to call it in messages."""

    def to_json(self) -> str:
        """The text that is stored: all fields and the kind, sorted by name."""
        values = {"kind": self.KIND, **asdict(self)}
        if self.drawing == AS_PAPER:
            del values["drawing"]
        return json.dumps(values, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The config that :meth:`to_json` wrote.

        Raises
        ------
        ConfigError: where the text is none, or is of another kind of campaign.
        """
        try:
            values = json.loads(text)
            if values.pop("kind") != cls.KIND:
                raise ValueError("another kind of campaign")
            return cls(**values)
        except (ValueError, TypeError, KeyError) as error:
            raise ConfigError("campaign", text, f"a stored {cls.TITLE} ({error})") from error

    def columns(self) -> Mapping[str, Any]:
        """What lists of campaigns show of it, by the names of the arguments of ``Storage.create_campaign``."""
        return {}


def check_finite(field: str, value: object) -> None:
    """Let a finite number pass.

    Raises
    ------
    ConfigError: where it is none.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ConfigError(field, value, "a finite number")


def check_count(field: str, value: object) -> None:
    """Let a number of runs pass.

    Raises
    ------
    ConfigError: where it is no whole number between 1 and 1000000.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**6:
        raise ConfigError(field, value, "a whole number between 1 and 1000000")

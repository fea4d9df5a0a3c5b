"""What a universe is made of, besides the published results."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from protomodels.errors import ConfigError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.production import in_order
from protomodels.settings import NEWER_ORDER, OLDER_ORDER

AS_PAPER: Final = 1
"""Number of the paper's way of drawing, the only one of protomodels 0.1.0 (:mod:`.drawing`)."""
TOGETHER: Final = 2
"""Number of ours: all data of an analysis follow from one fluctuation (:mod:`.fluctuations`)."""


def drawing_of(policy: str) -> int:
    """The way of drawing that a policy asks for.

    A change of what is drawn needs a new number: stored recipes give what they gave.

    >>> drawing_of("paper"), drawing_of("default")
    (1, 2)
    """
    return AS_PAPER if policy == "paper" else TOGETHER


@dataclass(frozen=True)
class Universe:
    """The recipe of a universe.

    Attributes
    ----------
    seed: of everything that is drawn.  None for nothing drawn: every region observes what is expected (an Asimov
        universe), the data of the technical closure test.
    fudge: factor on the widths that data are drawn with, of backgrounds and of upper limits; the likelihoods keep the
        published ones.  The paper finds 0.65: published uncertainties are larger than the spread of the published data.
    signal: an injected proto-model, as the JSON text of its ``as_dict()``; None without one.
    strength: factor on the cross sections of the injected model.
    drawing: number of the way that data are drawn, see :func:`drawing_of`.

    Raises
    ------
    ConfigError, ModelError: on creation, naming the field.

    >>> Universe(7).label
    'universe 7'
    """

    seed: int | None = 0
    fudge: float = 1.0
    signal: str | None = None
    strength: float = 1.0
    drawing: int = TOGETHER

    def __post_init__(self) -> None:
        if self.drawing not in (AS_PAPER, TOGETHER):
            allowed = f"{AS_PAPER} or {TOGETHER}: other versions of the program draw other data"
            raise ConfigError("universe.drawing", self.drawing, allowed)
        seed = self.seed
        if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**63):
            raise ConfigError("universe.seed", seed, "a whole number from 0 to 2^63 - 1, or none")
        for name, low, high in (("fudge", 0.01, 10.0), ("strength", 0.0, 1e6)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
                raise ConfigError(f"universe.{name}", value, f"a number between {low:g} and {high:g}")
            if not low <= value <= high:
                raise ConfigError(f"universe.{name}", value, f"a number between {low:g} and {high:g}")
        if self.signal is not None:
            if not isinstance(self.signal, str):
                raise ConfigError("universe.signal", self.signal, "the JSON text of a proto-model")
            self.model  # noqa: B018 - reading it checks it

    @cached_property
    def model(self) -> ProtoModel | None:
        """The injected proto-model; one that names no order of its cross sections has that of the policy drawn for."""
        if self.signal is None:
            return None
        try:
            found = model_from_dict(json.loads(self.signal))
            return in_order(found, OLDER_ORDER if self.drawing == AS_PAPER else NEWER_ORDER)
        except (ValueError, RecursionError) as error:
            raise ConfigError("universe.signal", self.signal, f"the JSON text of a proto-model ({error})") from error

    @classmethod
    def with_signal(
        cls,
        model: ProtoModel,
        seed: int | None = 0,
        fudge: float = 1.0,
        strength: float = 1.0,
        drawing: int = TOGETHER,
    ) -> Universe:
        """A universe in which this model is there."""
        return cls(seed, fudge, json.dumps(model.as_dict(), sort_keys=True), strength, drawing)

    def to_json(self) -> str:
        """The recipe as JSON text, equal for equal recipes."""
        names = ("seed", "fudge", "signal", "strength", "drawing")
        return json.dumps({name: getattr(self, name) for name in names}, sort_keys=True)

    @property
    def label(self) -> str:
        """In a few words."""
        made = "expected data" if self.seed is None else f"universe {self.seed}"
        return made if self.signal is None else f"{made} with a signal times {self.strength:g}"

"""Which models are small excesses: all thresholds of the selection."""

from __future__ import annotations

import math
from dataclasses import dataclass

from protomodels.campaign.excesses.expressions import Cut
from protomodels.campaign.excesses.recording import LOWEST_Z, MOST_EXCLUDING
from protomodels.campaign.excesses.sensitivity import LOOSEST
from protomodels.errors import ConfigError


@dataclass(frozen=True)
class Criteria:
    """Thresholds.

    An analysis has a small excess of a model where CLs_exp <= ``alpha`` < CLs_obs and its local Z > ``z``.  A model is
    selected where at least ``analyses`` analyses that may be combined have one, at most ``excluding`` analyses exclude
    the model at 95% CL, and all cuts pass.

    Attributes
    ----------
    alpha: of CLs, at most 0.2.
    z: local significance, at least 1.5.
    analyses: at least 1.
    excluding: 0 to 3.
    cuts: on columns of the table.

    Raises
    ------
    ConfigError: naming the option that is out of its range.
    """

    alpha: float = 0.05
    z: float = 2.0
    analyses: int = 2
    excluding: int = 0
    cuts: tuple[Cut, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha <= LOOSEST:
            raise ConfigError("--cls", self.alpha, f"more than 0, at most {LOOSEST}, which a scan records")
        if not (LOWEST_Z <= self.z and math.isfinite(self.z)):
            raise ConfigError("--z", self.z, f"at least {LOWEST_Z}, which a scan records of universes")
        if self.analyses < 1:
            raise ConfigError("--analyses", self.analyses, "at least 1")
        if not 0 <= self.excluding <= MOST_EXCLUDING:
            raise ConfigError(
                "--excluding", self.excluding, f"0 to {MOST_EXCLUDING}, which a scan records of universes"
            )

"""What decides how a model is read and decomposed: SModelS's parameters, by its names and with its defaults."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ConfigError
from protomodels.settings import MASS_GAP, SIGMACUT
from protomodels.spectrum.proto import PROMPT_WIDTH, STABLE_WIDTH

QUANTUM_NUMBERS: Final = ("spin", "eCharge", "colordim")
"""What may be ignored of prompt particles."""


@dataclass(frozen=True)
class Options:
    """SModelS's parameters.

    Attributes
    ----------
    sigmacut: fb; weaker decay trees are not followed.
    minmassgap: GeV; softer prompt decays are compressed.
    minmassgapISR: GeV; the same where only missing energy would be left of the whole event.
    doCompress, doInvisible: compress soft decays, and decays to invisible particles only?
    promptWidth, stableWidth: GeV; wider particles decay at once, narrower ones never.
    roundMasses: decimals that masses are rounded to; 0 keeps them.
    minMass: GeV; lighter particles get this mass.
    ignorePromptQNumbers: quantum numbers that prompt particles are not told apart by.
    """

    sigmacut: float = 0.005
    minmassgap: float = 5.0
    minmassgapISR: float = 1.0
    doCompress: bool = True
    doInvisible: bool = True
    promptWidth: float = PROMPT_WIDTH
    stableWidth: float = STABLE_WIDTH
    roundMasses: int = 1
    minMass: float = 1.0
    ignorePromptQNumbers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("sigmacut", "minmassgap", "minmassgapISR", "promptWidth", "stableWidth", "minMass"):
            value = getattr(self, name)
            if not 0.0 <= value < math.inf:
                raise ConfigError(name, str(value), "a finite number, not negative")
        if self.sigmacut <= 0.0:
            raise ConfigError("sigmacut", str(self.sigmacut), "above 0 fb: all decay trees are too many")
        if self.promptWidth < self.stableWidth:
            raise ConfigError("promptWidth", self.promptWidth, f"at least stableWidth, {self.stableWidth:g} GeV")
        unknown = [name for name in self.ignorePromptQNumbers if name not in QUANTUM_NUMBERS]
        if unknown:
            raise ConfigError("ignorePromptQNumbers", ", ".join(unknown), ", ".join(QUANTUM_NUMBERS))


PROTO_OPTIONS: Final = Options(sigmacut=SIGMACUT, minmassgap=MASS_GAP, roundMasses=0)
"""Those of the predictor of proto-models: with them a proto-model gives the same predictions as a spectrum."""

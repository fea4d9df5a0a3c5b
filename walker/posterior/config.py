"""What a posterior is made of, and how its chains are run."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from protomodels.errors import ConfigError
from protomodels.particles import MASS_CEILING, PARTICLES
from protomodels.scoring.decision.fixed_strength import TARGETS, TargetChoice

ContentChoice = Literal["number", "each"]
CONTENTS: Final[tuple[ContentChoice, ...]] = ("number", "each")
CriticChoice = Literal["wall", "none"]
CRITICS: Final[tuple[CriticChoice, ...]] = ("wall", "none")
ROOM: Final = 200.0
"""GeV; X_Z1 is lighter than the heaviest particle by at least so much: a top quark fits in between."""
LOWEST_CEILING: Final = 600.0
"""GeV; the coloured particles begin at 310 GeV, and the excluded corridor of stops ends at 280 GeV."""


@dataclass(frozen=True)
class PriorConfig:
    """The widths and weights of the prior; see docs/reference/posterior.md.

    Attributes
    ----------
    heaviest: upper end of all masses, GeV; that of X_Z1 is 200 GeV lower.
    max_particles: largest content, X_Z1 included.
    contents: ``number``: the weight exp(-cost n) is that of the number of particles n, shared by all contents with that
        many; ``each``: it is that of each content.
    particle, share, multiplier: what each particle, each free branching ratio and each multiplier of its own costs, in
        -ln(prior).
    repeated: what a particle costs that has the common multiplier, in units of ``multiplier``.
    spread: factor by which multipliers may well differ from 1: the log-normal's width is ln(spread).
    inclusion: probability of each open channel.
    concentration: of the symmetric Dirichlet distribution of free branching ratios.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    heaviest: float = MASS_CEILING
    max_particles: int = 8
    contents: ContentChoice = "number"
    particle: float = 0.5
    share: float = 0.25
    multiplier: float = 0.125
    repeated: float = 0.1
    spread: float = 3.0
    inclusion: float = 0.5
    concentration: float = 1.0

    def __post_init__(self) -> None:
        _number("heaviest", self.heaviest, LOWEST_CEILING, MASS_CEILING)
        _whole("max_particles", self.max_particles, 1, len(PARTICLES))
        if self.contents not in CONTENTS:
            raise ConfigError("contents", self.contents, "one of " + ", ".join(CONTENTS))
        for name in ("particle", "share", "multiplier", "repeated"):
            _number(name, getattr(self, name), 0.0, 100.0)
        _number("spread", self.spread, 1.001, 1000.0)
        _number("inclusion", self.inclusion, 0.001, 0.999)
        _number("concentration", self.concentration, 0.01, 100.0)


@dataclass(frozen=True)
class TargetConfig:
    """The density that is sampled.

    Attributes
    ----------
    target: which combination's likelihood ratio counts; see
        :class:`protomodels.scoring.decision.fixed_strength.FixedStrength`.
    likelihood_off: sample the prior, without the wall.
    prior: its widths and weights.
    critic: ``wall``: a model that breaks a published limit at its own strength has the likelihood 0; ``none``.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    target: TargetChoice = "expected"
    likelihood_off: bool = False
    prior: PriorConfig = field(default_factory=PriorConfig)
    critic: CriticChoice = "wall"

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ConfigError("target", self.target, "one of " + ", ".join(TARGETS))
        if self.critic not in CRITICS:
            raise ConfigError("critic", self.critic, "one of " + ", ".join(CRITICS))
        if not isinstance(self.likelihood_off, bool):
            raise ConfigError("likelihood_off", self.likelihood_off, "true or false")


@dataclass(frozen=True)
class Schedule:
    """How a chain is run.

    Attributes
    ----------
    n_rungs: of the ladder, the posterior (beta = 1) and the prior (beta = 0) included; 1 for the posterior alone.
    warm_up: sweeps in which the ladder is adapted and nothing is kept.
    thin: every so many sweeps after that, one is kept.
    moves: proposals on each rung in a sweep; on that of the prior one draw instead.

    Raises
    ------
    ConfigError: on creation, naming the field.
    """

    n_rungs: int = 8
    warm_up: int = 500
    thin: int = 1
    moves: int = 10

    def __post_init__(self) -> None:
        _whole("n_rungs", self.n_rungs, 1, 1000)
        _whole("warm_up", self.warm_up, 0, 10**9)
        _whole("thin", self.thin, 1, 10**9)
        _whole("moves", self.moves, 1, 10**6)


def _number(name: str, value: Any, low: float, high: float) -> None:
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not known or not low <= value <= high:
        raise ConfigError(name, value, f"a number between {low:g} and {high:g}")


def _whole(name: str, value: Any, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ConfigError(name, value, f"a whole number between {low} and {high}")

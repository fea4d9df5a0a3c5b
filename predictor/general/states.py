"""A spectrum as SModelS sees it: particles of equal numbers are one, widths decide what decays at once or never."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from protomodels.predictor.general.options import Options
from protomodels.spectrum import NewParticle, Spectrum


class State(NamedTuple):
    """What tells particles apart; None where anything is equal.

    Attributes
    ----------
    twice_spin, colour, thrice_charge: quantum numbers, with the sign of the antiparticle.
    mass, width: GeV.
    is_prompt: it decays at once.
    is_invisible: it counts as missing energy where it does not decay.
    """

    twice_spin: int | None
    colour: int | None
    thrice_charge: int | None
    mass: float
    width: float
    is_prompt: bool
    is_invisible: bool


@dataclass
class Model:
    """The particles and decays of a spectrum by signed pid.

    Attributes
    ----------
    states: distinct ones; a *class* is an index here.
    classes: of each signed pid.
    decays: (branching ratio, codes of SM daughters, signed pids of new daughters) of each signed pid.
    may_stay: signed pids that may leave the detector undecayed.
    """

    states: list[State] = field(default_factory=list)
    classes: dict[int, int] = field(default_factory=dict)
    decays: dict[int, list[tuple[float, tuple[int, ...], tuple[int, ...]]]] = field(default_factory=dict)
    may_stay: set[int] = field(default_factory=set)


def read_spectrum(spectrum: Spectrum, standard: Mapping[int, int], options: Options) -> Model:
    """The spectrum's particles and antiparticles.

    Parameters
    ----------
    standard: code of each signed SM pid.  Decays to particles that are neither SM nor the spectrum's are left out, as
        in SModelS.
    """
    model = Model()
    numbers: dict[State, int] = {}
    for particle in spectrum.particles.values():
        decays = [] if particle.width < options.stableWidth else spectrum.decays.get(particle.pid, ())
        for sign in (1, -1):
            pid = sign * particle.pid
            own = model.decays.setdefault(pid, [])
            for decay in decays:
                daughters = [_conjugate(d, sign, spectrum, standard) for d in decay.daughters]
                codes = tuple(sorted(standard[d] for d in daughters if d in standard))
                new = tuple(d for d in daughters if d not in standard)
                if decay.ratio > 0.0 and all(abs(d) in spectrum.particles for d in new):
                    own.append((decay.ratio, codes, new))
            own.sort(key=lambda entry: -entry[0])
            width = particle.width if own or particle.width < options.stableWidth else 0.0
            if width <= options.promptWidth or not own:
                model.may_stay.add(pid)
            state = _state(particle, sign, width, options)
            number = numbers.setdefault(state, len(numbers))
            if number == len(model.states):
                model.states.append(state)
            model.classes[pid] = number
    return model


def _state(particle: NewParticle, sign: int, width: float, options: Options) -> State:
    mass = round(particle.mass, options.roundMasses) if options.roundMasses > 0 else particle.mass
    is_prompt = particle.width > options.promptWidth
    ignored = options.ignorePromptQNumbers if is_prompt else ()
    invisible = particle.thrice_charge == 0 and particle.colour == 1 and particle.odd
    return State(
        None if "spin" in ignored else particle.twice_spin,
        None if "colordim" in ignored else particle.colour,
        None if "eCharge" in ignored else sign * particle.thrice_charge,
        max(mass, options.minMass),
        width if math.isfinite(width) else math.inf,
        is_prompt,
        invisible,
    )


def _conjugate(pid: int, sign: int, spectrum: Spectrum, standard: Mapping[int, int]) -> int:
    """The daughter in the decay of the antiparticle; a particle without an antiparticle is its own."""
    turned = sign * pid
    return turned if turned in standard or abs(turned) in spectrum.particles else pid

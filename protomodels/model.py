"""The proto-model: an immutable set of particles with masses, branching ratios and signal strength multipliers.

It validates itself on creation, so that every ``ProtoModel`` in the program is a possible one.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, Final, TypeVar

from protomodels.channels import CHANNELS, Channel, channel_label, is_open
from protomodels.errors import ModelError
from protomodels.particles import LBP, MASS_CEILING, MASS_FLOOR, MULTIPLETS, PARTICLES, in_corridor
from protomodels.settings import REFERENCE_ORDERS, ReferenceOrder

Pair = tuple[int, int]
"""Signed pids of a produced pair, in ascending order."""

Key = TypeVar("Key")
Value = TypeVar("Value")

BR_SUM_TOLERANCE: Final = 5e-3
"""How far a particle's branching ratios may be from 1 (files round them); they are then normalised."""

ROUNDING: Final = 1e-12
"""Sums of branching ratios this close to 1 are taken as 1."""

_PIDS: Final = "a pid of the particle table: " + ", ".join(map(str, PARTICLES))


@dataclass(frozen=True, eq=False)
class ProtoModel:
    """A set of new particles; masses keep the walls of :mod:`protomodels.particles`.

    Attributes
    ----------
    masses: GeV by pid, the lightest is X_Z1 (1000022).
    decays: for each unstable particle the branching ratio of each channel, summing to 1.
    ssm: signal strength multiplier kappa of each signed pid pair; a pair that is not listed has kappa = 1.
    reference_order: order of the reference cross sections that kappa multiplies.  None where it is not said: whoever
        scores the model decides (see :func:`protomodels.production.in_order`), and NLO+NLL where nobody does.

    Raises
    ------
    ModelError: on creation, naming the field, the value and what is allowed.

    >>> m = ProtoModel({1000022: 163.0, 1000001: 735.0}, {1000001: {(1000022, 1): 1.0}})
    >>> m.n_particles, m.kappa((-1000001, 1000001))
    (2, 1.0)
    """

    masses: Mapping[int, float]
    decays: Mapping[int, Mapping[Channel, float]] = field(default_factory=dict)
    ssm: Mapping[Pair, float] = field(default_factory=dict)
    reference_order: ReferenceOrder | None = None

    def __post_init__(self) -> None:
        if self.reference_order is not None and self.reference_order not in REFERENCE_ORDERS:
            raise ModelError("reference_order", self.reference_order, "one of " + ", ".join(REFERENCE_ORDERS))
        given = {_pid("masses", pid): m for pid, m in _mapping("masses", self.masses).items()}
        masses = {pid: _number(f"masses.{pid}", m) for pid, m in sorted(given.items())}
        _check_masses(masses)
        given_decays = {_pid("decays", pid): channels for pid, channels in _mapping("decays", self.decays).items()}
        decays = {}
        for pid in (*masses, *(p for p in given_decays if p not in masses)):
            channels = _checked_decays(pid, given_decays.get(pid, {}), masses)
            if channels:
                decays[pid] = MappingProxyType(channels)
        ssm: dict[Pair, float] = {}
        for pids, kappa in _mapping("ssmultipliers", self.ssm).items():
            pair, name = _pair(pids)
            if any(abs(p) not in masses for p in pair):
                raise ModelError(name, "an absent particle", "two particles of the model")
            if pair in ssm:
                raise ModelError(name, "this pair twice", "each pair once, in one of its orders")
            ssm[pair] = _number(name, kappa, 0.0, math.inf)
        object.__setattr__(self, "masses", MappingProxyType(masses))
        object.__setattr__(self, "decays", MappingProxyType(decays))
        object.__setattr__(self, "ssm", MappingProxyType(dict(sorted(ssm.items()))))

    @property
    def n_particles(self) -> int:
        """How many particles there are, the LBP included."""
        return len(self.masses)

    @property
    def unstable(self) -> tuple[int, ...]:
        """pids of all particles but the LBP, ascending."""
        return tuple(pid for pid in self.masses if pid != LBP)

    def kappa(self, pair: Pair) -> float:
        """The signal strength multiplier of a pair of signed pids in ascending order; 1 where none is set."""
        return self.ssm.get(pair, 1.0)

    def to_slha(self) -> str:
        """As SLHA text: masses, decays, and the reference cross sections times kappa."""
        from protomodels.slha import write_slha  # which needs this module

        return write_slha(self)

    def as_dict(self) -> dict[str, Any]:
        """The model as plain JSON values, with full precision, in the layout of ``MODEL.json``."""
        said = {} if self.reference_order is None else {"reference_order": self.reference_order}
        return {
            "masses": {str(pid): m for pid, m in self.masses.items()},
            "decays": {
                str(pid): {",".join(map(str, c)): b for c, b in self.decays.get(pid, {}).items()} for pid in self.masses
            },
            "ssmultipliers": {f"{a},{b}": kappa for (a, b), kappa in self.ssm.items()},
            **said,
        }

    def fingerprint(self) -> str:
        """SHA-256 of masses, branching ratios and multipliers with full precision; equal models have the same."""
        return hashlib.sha256(json.dumps(self.as_dict(), sort_keys=True).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ProtoModel):
            return NotImplemented
        mine = (self.masses, self.decays, self.ssm, self.reference_order)
        return mine == (other.masses, other.decays, other.ssm, other.reference_order)

    def __hash__(self) -> int:
        return hash(self.fingerprint())

    def __reduce__(self) -> tuple[type[ProtoModel], tuple[Any, ...]]:
        decays = {pid: dict(channels) for pid, channels in self.decays.items()}
        return (ProtoModel, (dict(self.masses), decays, dict(self.ssm), self.reference_order))

    def __str__(self) -> str:
        names = [f"{PARTICLES[p].name} {m:.0f}" for p, m in sorted(self.masses.items(), key=lambda x: -x[1])]
        return ", ".join(names) + " GeV"


def trusted(
    masses: Mapping[int, float],
    decays: Mapping[int, Mapping[Channel, float]],
    ssm: Mapping[Pair, float],
    reference_order: ReferenceOrder | None,
) -> ProtoModel:
    """A proto-model of parts that are known to be possible, without a look at them.

    For the moves of a walk, which change a few numbers of a valid model.  The parts are those that
    ``ProtoModel(masses, decays, ssm, reference_order)`` would make of them: pids and pairs ascending, channels of each
    unstable particle in the table's order (:func:`normal_shares`), plain floats.  Nobody else may hold the mappings,
    but as parts of other models.
    """
    model = object.__new__(ProtoModel)
    parts = vars(model)
    parts["masses"] = masses if type(masses) is MappingProxyType else MappingProxyType(masses)
    parts["decays"] = decays if type(decays) is MappingProxyType else MappingProxyType(decays)
    parts["ssm"] = ssm if type(ssm) is MappingProxyType else MappingProxyType(ssm)
    parts["reference_order"] = reference_order
    return model


def plain(mapping: Mapping[Key, Value]) -> dict[Key, Value]:
    """A copy as a dict; of a model's own mappings in a tenth of the time that ``dict(mapping)`` takes."""
    return mapping.copy() if isinstance(mapping, MappingProxyType) else dict(mapping)


def normal_shares(pid: int, ratios: Mapping[Channel, float]) -> dict[Channel, float]:
    """Positive branching ratios of a particle in the table's order, normalised to 1."""
    total = sum(ratios.values())
    if len(ratios) > 1 and abs(total - 1.0) < ROUNDING:
        total = 1.0  # normalised before: dividing again would change last bits, and with them a walk that is resumed
    return {c: ratios[c] / total for c in CHANNELS[pid] if c in ratios}


def _number(name: str, value: object, low: float = 0.0, high: float = math.inf) -> float:
    """``value`` as a finite float in [low, high], else a ModelError."""
    allowed = "a finite number" + (f" between {low:g} and {high:g}" if high < math.inf else f" of at least {low:g}")
    if isinstance(value, bool) or not isinstance(value, (int, float, Real)):  # Real: NumPy's numbers, too
        raise ModelError(name, value, allowed)
    try:
        number = float(value)
    except OverflowError:
        raise ModelError(name, "a number of hundreds of digits", allowed) from None
    if not math.isfinite(number) or not low <= number <= high:
        raise ModelError(name, number, allowed)
    return number


def _mapping(name: str, value: Mapping[Any, Any]) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ModelError(name, value, "a mapping, such as a dict")
    return value


def _pid(name: str, pid: object) -> int:
    """``pid`` as a whole number of Python: others would be written to files in other words."""
    if type(pid) is int:  # nearly always, and asked in each step of a walk
        return pid
    if isinstance(pid, Integral) and not isinstance(pid, bool):
        return int(pid)
    raise ModelError(name, pid, _PIDS)


def _pair(pids: object) -> tuple[Pair, str]:
    """A produced pair in ascending order, and what errors call it."""
    if not isinstance(pids, tuple) or len(pids) != 2:
        raise ModelError("ssmultipliers", pids, "pairs of signed pids, as (-1000006, 1000006)")
    a, b = (_pid("ssmultipliers", pid) for pid in pids)
    return (min(a, b), max(a, b)), f"ssmultipliers.{a},{b}"


def _check_masses(masses: Mapping[int, float]) -> None:
    for pid in masses:
        if pid not in PARTICLES:
            raise ModelError("masses", pid, _PIDS)
    if LBP not in masses:
        raise ModelError("masses", "no X_Z1", "a mass for X_Z1 (1000022), the lightest particle")
    for pid, mass in masses.items():
        low = max(PARTICLES[pid].wall, MASS_FLOOR if pid == LBP else masses[LBP])
        _number(f"masses.{pid}", mass, low, MASS_CEILING)
        if in_corridor(pid, mass, masses[LBP]):
            allowed = "a stop up to 280 GeV at most 150 or at least 200 GeV above X_Z1"
            raise ModelError(f"masses.{pid}", mass, allowed)
    for first, second in MULTIPLETS:
        if second in masses and (first not in masses or masses[second] < masses[first]):
            names = PARTICLES[first].name, PARTICLES[second].name
            raise ModelError(f"masses.{second}", masses[second], f"{names[1]} only with a lighter {names[0]}")


def _checked_decays(pid: int, given: Mapping[Channel, float], masses: Mapping[int, float]) -> dict[Channel, float]:
    """Branching ratios without zeros, in the table's order, normalised to 1."""
    if pid not in masses:
        raise ModelError(f"decays.{pid}", "an absent particle", "decays of particles of the model")
    if pid == LBP and not given:
        return {}
    ratios = {}
    for channel, ratio in _mapping(f"decays.{pid}", given).items():
        name = f"decays.{pid}.{','.join(map(str, channel)) if isinstance(channel, tuple) else channel}"
        if channel not in CHANNELS[pid]:
            raise ModelError(name, channel, "one of " + "; ".join(channel_label(c) for c in CHANNELS[pid]))
        if _number(name, ratio, 0.0, 1.0 + BR_SUM_TOLERANCE) == 0.0:
            continue
        if not is_open(pid, channel, masses):
            raise ModelError(name, ratio, "decays into lighter particles of the model only")
        ratios[channel] = float(ratio)
    total = sum(ratios.values())
    if abs(total - 1.0) > BR_SUM_TOLERANCE:
        raise ModelError(f"decays.{pid}", f"a sum of {total:g}", "branching ratios that sum to 1")
    return normal_shares(pid, ratios)

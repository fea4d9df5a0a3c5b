"""Every decay channel a proto-model may have, as one readable table.

A *channel* is ``(BSM daughter pid, SM pid, ...)`` with positive SM pids in ascending order: ``(1000022, 6)`` is
X_t1 -> t X_Z1.  ``q q`` stands for a pair of light jets and is written ``d d`` (``d u`` where the charge asks for
it).  Charges are put in by :func:`signed_daughters`, from the conservation of charge, baryon and lepton number.

>>> [channel_label(c) for c in CHANNELS[1000024]]
['X_Z1 W', 'X_Z2 W', 'X_Z3 W']
>>> is_open(1000006, (1000022, 6), {1000006: 400.0, 1000022: 250.0})
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from typing import Final

from protomodels.errors import ModelError
from protomodels.particles import LBP, PARTICLES, SM_LABELS, SM_MASSES, pid_of

Channel = tuple[int, ...]

_ROWS: Final = """
X_d     X_Z1 d | X_Z2 d | X_Z3 d | X_W1 u | X_W2 u | X_g d
X_u     X_Z1 u | X_Z2 u | X_Z3 u | X_W1 d | X_W2 d | X_g u
X_s     X_Z1 s | X_Z2 s | X_Z3 s | X_W1 c | X_W2 c | X_g s
X_c     X_Z1 c | X_Z2 c | X_Z3 c | X_W1 s | X_W2 s | X_g c
X_b1    X_Z1 b | X_Z2 b | X_Z3 b | X_W1 t | X_W2 t | X_t1 W | X_g b
X_b2    X_Z1 b | X_Z2 b | X_Z3 b | X_W1 t | X_W2 t | X_t1 W | X_g b | X_b1 Z
X_t1    X_Z1 t | X_Z2 t | X_Z3 t | X_W1 b | X_W2 b | X_b1 W | X_g t
X_t2    X_Z1 t | X_Z2 t | X_Z3 t | X_W1 b | X_W2 b | X_b1 W | X_g t | X_t1 Z
X_e     X_Z1 e | X_Z2 e | X_Z3 e | X_W1 nu_e | X_W2 nu_e
X_mu    X_Z1 mu | X_Z2 mu | X_Z3 mu | X_W1 nu_mu | X_W2 nu_mu
X_tau   X_Z1 tau | X_Z2 tau | X_Z3 tau | X_W1 nu_tau | X_W2 nu_tau
X_nue   X_Z1 nu_e | X_Z2 nu_e | X_Z3 nu_e | X_W1 e | X_W2 e
X_numu  X_Z1 nu_mu | X_Z2 nu_mu | X_Z3 nu_mu | X_W1 mu | X_W2 mu
X_nutau X_Z1 nu_tau | X_Z2 nu_tau | X_Z3 nu_tau | X_W1 tau | X_W2 tau
X_g     X_Z1 d d | X_Z2 d d | X_Z3 d d | X_W1 d u | X_W2 d u | X_Z1 b b | X_Z2 b b | X_Z3 b b
X_g     X_Z1 t t | X_Z2 t t | X_Z3 t t | X_W1 b t | X_W2 b t
X_g     X_d d | X_u u | X_s s | X_c c | X_b1 b | X_b2 b | X_t1 t | X_t2 t
X_W1    X_Z1 W | X_Z2 W | X_Z3 W
X_W2    X_Z1 W | X_Z2 W | X_Z3 W | X_W1 Z | X_W1 h
X_Z2    X_W1 W | X_W2 W | X_Z1 Z | X_Z1 h
X_Z3    X_W1 W | X_W2 W | X_Z1 Z | X_Z1 h | X_Z2 Z | X_Z2 h
"""

OFF_SHELL: Final[dict[int, tuple[tuple[float, tuple[int, int]], ...]]] = {
    24: ((0.6741, (1, 2)), (0.1071, (11, 12)), (0.1063, (13, 14)), (0.1125, (15, 16))),
    23: (
        (0.5479, (1, 1)), (0.1512, (5, 5)), (0.0336, (11, 11)), (0.0337, (13, 13)), (0.0336, (15, 15)),
        (0.0667, (12, 12)), (0.0667, (14, 14)), (0.0666, (16, 16)),
    ),
}  # fmt: skip
"""Branching ratios of a virtual W or Z, those of the real one (Particle Data Group), summing to 1."""

OFF_SHELL_MOTHERS: Final = frozenset({1000023, 1000024})
"""X_Z2 and X_W1 may decay through a virtual boson where the gap is below its mass."""


def _parse() -> dict[int, tuple[Channel, ...]]:
    sm = {label: pid for pid, label in SM_LABELS.items()}
    table: dict[int, list[Channel]] = {LBP: []}
    for row in _ROWS.strip().splitlines():
        mother, _, cells = row.partition(" ")
        for cell in cells.split("|"):
            bsm, *rest = cell.split()
            table.setdefault(pid_of(mother), []).append((pid_of(bsm), *sorted(sm[s] for s in rest)))
    return {pid: tuple(channels) for pid, channels in table.items()}


CHANNELS: Final[dict[int, tuple[Channel, ...]]] = _parse()


def channel_label(channel: Channel) -> str:
    """``(1000022, 6)`` -> ``"X_Z1 t"``."""
    return " ".join([PARTICLES[channel[0]].name, *(SM_LABELS[s] for s in channel[1:])])


def needs_off_shell(mother: int, channel: Channel, masses: Mapping[int, float]) -> bool:
    """True where the W or Z of this channel of X_Z2 or X_W1 can only be virtual."""
    return (
        mother in OFF_SHELL_MOTHERS
        and channel[1:] in {(23,), (24,)}
        and masses[mother] - masses[channel[0]] <= SM_MASSES[channel[1]]
    )


def is_open(mother: int, channel: Channel, masses: Mapping[int, float], off_shell: bool = True) -> bool:
    """True where the daughters are in the model and light enough.

    Parameters
    ----------
    masses: GeV, by pid; a daughter that is not in it closes the channel.
    off_shell: let X_Z2 and X_W1 decay through a virtual Z or W.
    """
    if channel[0] not in masses:
        return False
    if off_shell and needs_off_shell(mother, channel, masses):
        return masses[mother] > masses[channel[0]]
    return masses[mother] > masses[channel[0]] + sum(SM_MASSES.get(s, 0.0) for s in channel[1:])


def open_channels(mother: int, masses: Mapping[int, float], off_shell: bool = True) -> tuple[Channel, ...]:
    """The open channels of a particle, in the table's order.

    Parameters
    ----------
    mother: its pid.
    masses: GeV, of all particles of the model by pid; a channel is open where its daughters are among them and light
        enough.
    off_shell: a W, Z or Higgs boson may be virtual.

    >>> open_channels(1000006, {1000022: 100.0, 1000006: 500.0})
    ((1000022, 6),)
    """
    own, found = masses[mother], []
    for channel, (daughter, others, virtual) in _THRESHOLDS[mother].items():
        light = masses.get(daughter)
        if light is not None and own > (light if off_shell and virtual and own - light <= others else light + others):
            found.append(channel)
    return tuple(found)


def closing(decays: Mapping[int, Iterable[Channel]], masses: Mapping[int, float], off_shell: bool = True) -> list[int]:
    """The mothers of which some of these channels are not open, in the order given; absent ones are left out."""
    found = []
    for mother, channels in decays.items():
        own = masses.get(mother)
        if own is None:
            continue
        thresholds = _THRESHOLDS[mother]
        for channel in channels:
            daughter, others, virtual = thresholds.get(channel, _NEVER)
            light = masses.get(daughter)
            if light is None or own <= (light if off_shell and virtual and own - light <= others else light + others):
                found.append(mother)
                break
    return found


# new daughter, summed mass of the others (GeV), whether these are one W or Z that may be virtual
_THRESHOLDS: Final[dict[int, dict[Channel, tuple[int, float, bool]]]] = {
    mother: {
        c: (c[0], sum(SM_MASSES.get(s, 0.0) for s in c[1:]), mother in OFF_SHELL_MOTHERS and c[1:] in {(23,), (24,)})
        for c in channels
    }
    for mother, channels in CHANNELS.items()
}


_NEVER: Final = (0, 0.0, False)
"""Of what is no channel of the table: no particle has the pid 0."""

# pid -> (three times the charge, three times the baryon number, lepton number)
_NUMBERS: Final[dict[int, tuple[int, int, int]]] = (
    dict.fromkeys((1, 3, 5), (-1, 1, 0))
    | dict.fromkeys((2, 4, 6), (2, 1, 0))
    | dict.fromkeys((11, 13, 15), (-3, 0, 1))
    | dict.fromkeys((12, 14, 16), (0, 0, 1))
    | {24: (3, 0, 0), 23: (0, 0, 0), 25: (0, 0, 0), 21: (0, 0, 0)}
)


def quantum_numbers(pid: int) -> tuple[int, int, int]:
    """(3 x charge, 3 x baryon number, lepton number) of a particle or, with a negative pid, its antiparticle."""
    bare = abs(pid)
    if bare in PARTICLES:
        row = PARTICLES[bare]
        numbers = _NUMBERS[row.partner] if row.partner else (3 if row.family == "charged" else 0, 0, 0)
    else:
        numbers = _NUMBERS[bare]
    sign = 1 if pid > 0 else -1
    return (sign * numbers[0], sign * numbers[1], sign * numbers[2])


def _signs(pid: int) -> tuple[int, ...]:
    neutral = (pid in PARTICLES and PARTICLES[pid].self_conjugate) or pid in (21, 23, 25)
    return (pid,) if neutral else (pid, -pid)


@cache
def signed_daughters(mother: int, channel: Channel) -> tuple[tuple[int, ...], ...]:
    """The charge assignments of a channel that conserve charge, baryon and lepton number.

    Majorana mothers have two, to be given half of the branching ratio each.

    >>> signed_daughters(1000005, (1000024, 6))
    ((-1000024, 6),)
    >>> signed_daughters(1000023, (1000024, 24))
    ((-1000024, 24), (1000024, -24))
    """
    wanted = quantum_numbers(mother)
    found = set()
    for signs in product(*(_signs(pid) for pid in channel)):
        sums = tuple(map(sum, zip(*(quantum_numbers(pid) for pid in signs), strict=True)))
        if sums == wanted:
            found.add((signs[0], *sorted(signs[1:])))
    return tuple(sorted(found))


def find_channel(mother: int, daughters: tuple[int, ...], field: str) -> Channel:
    """The channel of ``mother`` with these daughters, in any order and with any signs.

    Raises
    ------
    ModelError: naming ``field``, where the table has no such channel.
    """
    bare = [abs(d) for d in daughters]
    channel = (*(d for d in bare if d in PARTICLES), *sorted(d for d in bare if d not in PARTICLES))
    if channel not in CHANNELS[mother]:
        allowed = "; ".join(channel_label(c) for c in CHANNELS[mother]) or "nothing: it is stable"
        raise ModelError(field, ",".join(map(str, daughters)), f"a channel of {PARTICLES[mother].name}: {allowed}")
    return channel

"""Which pairs a set of particles can be produced in, and which column of which table gives the cross section.

Every particle is listed here by its pid: one that is not is an error, and never takes the table of the particles that
are most like it (a right-handed slepton has other cross sections than a left-handed one).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Final

from protomodels.errors import ModelError
from protomodels.particles import PARTICLES
from protomodels.xsec.mixing import MASS_SIGN, charged_coupling, neutral_coupling

Pair = tuple[int, int]

SQUARKS: Final = {1000001: "d", 1000002: "u", 1000003: "s", 1000004: "c"}
SLEPTONS: Final = {1000011: 1000012, 1000013: 1000014, 1000015: 1000016}
"""Charged slepton and the sneutrino of its doublet."""
ISOSPIN_PARTNER: Final = {"d": "u", "u": "d", "s": "c", "c": "s"}
GLUINO: Final = 1000021
NEUTRAL: Final = (1000022, 1000023, 1000025)
CHARGED: Final = (1000024, 1000037)

PAIR_TABLES: Final[dict[int, str]] = (
    dict.fromkeys(SQUARKS, "squark")
    | dict.fromkeys((1000005, 2000005, 1000006, 2000006), "stop")
    | dict.fromkeys(SLEPTONS, "slepton")
    | dict.fromkeys(SLEPTONS.values(), "sneutrino")
)
"""Table of a particle with its antiparticle; sbottom pairs cost what stop pairs do."""
LISTED: Final = frozenset({*PAIR_TABLES, GLUINO, *NEUTRAL, *CHARGED})
"""Particles whose processes stand in this module."""


@dataclass(frozen=True, slots=True)
class Process:
    """A pair, or one term of it, and where its cross section stands.

    Attributes
    ----------
    pair: signed pids in ascending order.
    table, column: of the look-up.
    first, second, third: pids whose mean mass is the table's first, second, third axis; no axis where empty.
    factor: what the column is multiplied by; the terms of one pair are added.
    """

    pair: Pair
    table: str
    column: str
    first: tuple[int, ...]
    second: tuple[int, ...] = ()
    factor: float = 1.0
    third: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def processes(pids: frozenset[int]) -> tuple[Process, ...]:
    """All processes of these particles, sorted by pair.

    Raises
    ------
    ModelError: naming a particle that has no process table.

    >>> [process.pair for process in processes(frozenset({1000022, 1000006}))]
    [(-1000006, 1000006)]
    """
    for pid in sorted(pids - LISTED):
        name = f"{PARTICLES[pid].name} ({pid})" if pid in PARTICLES else str(pid)
        known = ", ".join(PARTICLES[other].name for other in PARTICLES if other in LISTED)
        raise ModelError("particle", name, f"a particle with a table of reference cross sections: {known}")
    found = [*_same(pids), *_electroweak(pids), *_sleptons(pids), *_strong(pids), *_semiweak(pids), *_gluino_chi(pids)]
    return tuple(sorted(found, key=lambda process: process.pair))


def _ordered(a: int, b: int) -> Pair:
    return (min(a, b), max(a, b))


def _column(quark: str, sign: int) -> str:
    return quark if sign > 0 else quark + "bar"


def _same(pids: frozenset[int]) -> Iterator[Process]:
    """Particle and antiparticle; gluino pairs."""
    for pid in pids:
        if pid == GLUINO:
            yield Process((pid, pid), "gluino", "gluino", (pid,))
        elif pid in PAIR_TABLES:
            name = PAIR_TABLES[pid]
            yield Process((-pid, pid), name, name, (pid,))
        elif pid in CHARGED:
            yield Process((-pid, pid), f"{PARTICLES[pid].name}_pair", "pair", (pid,))


def _electroweak(pids: frozenset[int]) -> Iterator[Process]:
    """Charginos and neutralinos."""
    neutral = [p for p in NEUTRAL if p in pids]
    charged = [p for p in CHARGED if p in pids]
    for w in charged:
        for z in neutral:
            column = f"{PARTICLES[w].name}_{PARTICLES[z].name}"
            yield Process(_ordered(w, z), "chargino_neutralino", column + "_plus", (w,), (z,))
            yield Process(_ordered(-w, z), "chargino_neutralino", column + "_minus", (w,), (z,))
    if {1000022, 1000025} <= pids:  # the Z couples to higgsinos: a pure wino X_Z2 is not produced this way
        yield Process((1000022, 1000025), "neutralino_pair", "X_Z1_X_Z3", (1000022,), (1000025,))
    if len(charged) == 2:
        a, b = charged
        for pair in (_ordered(-a, b), _ordered(a, -b)):
            yield Process(pair, "chargino_mixed", "one_charge", (a,), (b,))


def _sleptons(pids: frozenset[int]) -> Iterator[Process]:
    """A charged slepton with its sneutrino: W+ gives the antislepton and the sneutrino."""
    for slepton, sneutrino in SLEPTONS.items():
        if {slepton, sneutrino} <= pids:
            yield Process((-slepton, sneutrino), "slepton_sneutrino", "plus", (slepton,), (sneutrino,))
            yield Process((-sneutrino, slepton), "slepton_sneutrino", "minus", (slepton,), (sneutrino,))


def _strong(pids: frozenset[int]) -> Iterator[Process]:
    """Squark with gluino, and squarks with each other through a gluino: only beside X_g."""
    if GLUINO not in pids:
        return
    squarks = [p for p in SQUARKS if p in pids]
    for p in squarks:
        for sign in (1, -1):
            column = _column(SQUARKS[p], sign)
            yield Process(_ordered(sign * p, GLUINO), "squark_gluino", column, (p,), (GLUINO,))
    for a, b in combinations_with_replacement(squarks, 2):
        signs = ((1, 1), (-1, -1)) if a == b else ((1, 1), (-1, -1), (1, -1), (-1, 1))
        for sa, sb in signs:
            column = "_".join((_column(SQUARKS[a], sa), _column(SQUARKS[b], sb)))
            yield Process(_ordered(sa * a, sb * b), "squark_squark", column, (a, b), (GLUINO,))


def _semiweak(pids: frozenset[int]) -> Iterator[Process]:
    """Squark with chargino or neutralino, from a quark and a gluon."""
    for p in (p for p in SQUARKS if p in pids):
        quark = SQUARKS[p]
        isospin = 0.5 if quark in "uc" else -0.5
        for z in (z for z in NEUTRAL if z in pids):
            factor = neutral_coupling(z, isospin) ** 2
            for sign in (1, -1):
                yield Process(_ordered(sign * p, z), "squark_chi", _column(quark, sign), (p,), (z,), factor)
        # u g -> X_d X_W+, d g -> X_u X_W-: the charge is that of the incoming quark less the squark's
        charge = 1 if quark in "ds" else -1
        for w in (w for w in CHARGED if w in pids):
            factor = charged_coupling(w, -isospin) ** 2
            for sign in (1, -1):
                column = _column(ISOSPIN_PARTNER[quark], sign)
                pair = _ordered(sign * p, sign * charge * w)
                yield Process(pair, "squark_chi", column, (p,), (w,), factor)


def _gluino_chi(pids: frozenset[int]) -> Iterator[Process]:
    """Gluino with chargino or neutralino through the squarks of the model: sum of diagrams less their interference."""
    if GLUINO not in pids:
        return
    table = "gluino_chi"
    squark_of = {quark: pid for pid, quark in SQUARKS.items() if pid in pids}
    for quark, squark in squark_of.items():
        for z in (z for z in NEUTRAL if z in pids):
            strength = 2.0 * neutral_coupling(z, 0.5 if quark in "uc" else -0.5) ** 2
            incoming = f"{quark}_{quark}bar"
            less = -MASS_SIGN[z] * strength
            yield Process((GLUINO, z), table, f"one_{incoming}", (GLUINO,), (z,), strength, (squark,))
            yield Process((GLUINO, z), table, f"both_{incoming}", (GLUINO,), (z,), less, (squark,))
    for up, down in (("u", "d"), ("c", "s")):
        for w in (w for w in CHARGED if w in pids):
            # the up quark becomes the down squark and X_W+, or the up squark meets the down antiquark
            couplings = {down: charged_coupling(w, 0.5), up: charged_coupling(w, -0.5)}
            present = {q: c for q, c in couplings.items() if q in squark_of}
            for sign, incoming in ((1, f"{up}_{down}bar"), (-1, f"{down}_{up}bar")):
                pair = _ordered(sign * w, GLUINO)
                for q, c in present.items():
                    yield Process(pair, table, f"one_{incoming}", (GLUINO,), (w,), c * c, (squark_of[q],))
                if len(present) == 2:
                    factor = -2.0 * couplings[up] * couplings[down]
                    both = (squark_of[up], squark_of[down])
                    yield Process(pair, table, f"both_{incoming}", (GLUINO,), (w,), factor, both)

"""Quantum numbers that a file does not say, from the decays of a particle and from those that make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from protomodels.spectrum.known import HIGGSES, SM, SPARTICLES, Numbers

Channels = Mapping[int, Iterable[tuple[int, ...]]]
"""Daughters of each decay, signed pids, by positive pid of the mother."""

# charge in e/3, colour triality, half-integer spin: what is conserved
_Sums = tuple[int, int, bool]


def deduced(
    pids: Iterable[int], given: Mapping[int, Numbers], channels: Channels, signed: frozenset[int]
) -> dict[int, Numbers]:
    """Quantum numbers of the particles that have none, as far as conservation says them.

    Charge, triality and half-integer spin follow from daughters, or from a mother and the other daughters.  Of spins
    the lowest is taken, and of colours the smallest representation but for a single octet beside singlets.

    Parameters
    ----------
    pids: positive.
    given: those that are known, the Standard Model's aside.
    signed: pids that the file names with a minus sign, so that they have an antiparticle.

    >>> deduced([5, 9000], {}, {9000: [(1, -2)]}, frozenset())[9000]
    Numbers(twice_spin=0, thrice_charge=-3, colour=1, self_conjugate=False, name='')
    """
    found = dict(given)
    open_ = [pid for pid in pids if pid not in found and pid not in SM]
    grown = True
    while open_ and grown:
        grown = False
        for pid in open_:
            sums = _from_decays(pid, found, channels)
            if sums is not None:
                found[pid] = _numbers(sums, pid in signed)
                grown = True
        open_ = [pid for pid in open_ if pid not in found]
    return {pid: numbers for pid, numbers in found.items() if pid not in given}


def _from_decays(pid: int, found: Mapping[int, Numbers], channels: Channels) -> tuple[_Sums, bool] | None:
    for daughters in channels.get(pid, ()):
        parts = [_sums(d, found) for d in daughters]
        known = [p for p in parts if p is not None]
        if len(known) == len(parts):
            colours = sorted(_numbers_of(d, found).colour for d in daughters)
            return _total(known), colours[-1] == 8 and colours[-2:-1] in ([], [1])
    for mother, listed in channels.items():
        whole = _sums(mother, found)
        if whole is None or mother == pid:
            continue
        for daughters in listed:
            own = [d for d in daughters if abs(d) == pid]
            rest = [_sums(d, found) for d in daughters if abs(d) != pid]
            others = [p for p in rest if p is not None]
            if len(own) == 1 and len(others) == len(rest):
                charge, triality, half = _total(others)
                sign = 1 if own[0] > 0 else -1
                return (sign * (whole[0] - charge), sign * (whole[1] - triality) % 3, whole[2] != half), False
    return None


def _numbers_of(pid: int, found: Mapping[int, Numbers]) -> Numbers:
    return SM[abs(pid)] if abs(pid) in SM else found[abs(pid)]


def _sums(pid: int, found: Mapping[int, Numbers]) -> _Sums | None:
    if abs(pid) not in SM and abs(pid) not in found:
        return None
    numbers, sign = _numbers_of(pid, found), 1 if pid > 0 else -1
    triality = 1 if numbers.colour == 3 else 2 if numbers.colour == 6 else 0
    return sign * numbers.thrice_charge, sign * triality, numbers.twice_spin % 2 == 1


def _total(parts: Iterable[_Sums]) -> _Sums:
    listed = list(parts)
    return sum(p[0] for p in listed), sum(p[1] for p in listed) % 3, sum(p[2] for p in listed) % 2 == 1


def _numbers(found: tuple[_Sums, bool], signed: bool) -> Numbers:
    (charge, triality, half), octet = found
    colour = 3 if triality else 8 if octet else 1
    return Numbers(int(half), charge, colour, charge == 0 and not triality and not signed, "")


def odd_particles(pids: Iterable[int], channels: Channels) -> frozenset[int]:
    """The particles that are odd under a Z2 that these decays keep.

    Sparticles are odd by their pid, Higgs bosons beside them even.  Others follow their decays, even where one of these
    is into the Standard Model alone; what decays into nothing known is stable and odd.

    >>> sorted(odd_particles([52, 55], {55: [(-52, 52), (-1, 1)]}))
    [52]
    >>> sorted(odd_particles([35, 36, 37], {36: [(23, 35)], 37: [(24, 35)]}))
    [35, 36, 37]
    """
    listed = list(pids)
    odd = {pid: True for pid in listed if pid in SPARTICLES}
    if odd:
        odd |= {pid: False for pid in listed if pid in HIGGSES}
    open_ = [pid for pid in listed if pid not in odd]
    while open_:
        said = {pid: parity for pid in open_ if (parity := _parity(channels.get(pid, ()), odd)) is not None}
        if not said:  # the stable ones, and where there are none a circle of decays
            stable = [pid for pid in open_ if not list(channels.get(pid, ()))]
            said = dict.fromkeys(stable or open_, True)
        odd |= said
        open_ = [pid for pid in open_ if pid not in odd]
    return frozenset(pid for pid, is_odd in odd.items() if is_odd)


def _parity(decays: Iterable[tuple[int, ...]], odd: Mapping[int, bool]) -> bool | None:
    """Odd or even, by those decays whose daughters are known; even where they disagree: nothing keeps it."""
    found = {
        sum(odd.get(abs(d), False) for d in daughters) % 2 == 1
        for daughters in decays
        if all(abs(d) in SM or abs(d) in odd for d in daughters)
    }
    return all(found) if found else None


NEUTRAL: Final = Numbers(1, 0, 1, True, "")
"""What a particle is taken for of which nothing is known: dark matter."""

"""Particles by what they are: results hardly tell the squarks of two generations apart, nor left from right."""

from __future__ import annotations

from typing import Final

from protomodels.spectrum.known import SPARTICLES

_PIDS: Final = {numbers.name: pid for pid, numbers in SPARTICLES.items()}
_OF_SFERMIONS: Final = {
    **dict.fromkeys((1, 2, 3, 4), "squark"),
    5: "sbottom",
    6: "stop",
    **dict.fromkeys((11, 13), "slepton"),
    15: "stau",
    **dict.fromkeys((12, 14, 16), "sneutrino"),
}
_OF_OTHERS: Final = {
    21: "gluino",
    **dict.fromkeys((22, 23, 25, 35, 45, 55), "neutralino"),
    **dict.fromkeys((24, 37, 47), "chargino"),
    39: "gravitino",
}


def pid_of(name: str) -> int | None:
    """The pid of a sparticle by its name in this program; None for any other.

    >>> pid_of("X_t1"), pid_of("X_uR"), pid_of("leptoquark")
    (1000006, 2000002, None)
    """
    return _PIDS.get(name)


def family(name: str) -> str:
    """What a particle is; its own name where that is not known.

    >>> family("X_cR"), family("X_Z3"), family("leptoquark")
    ('squark', 'neutralino', 'leptoquark')
    """
    pid = pid_of(name)
    kind = 0 if pid is None else pid % 1000000
    return _OF_SFERMIONS.get(kind) or _OF_OTHERS.get(kind) or name


def proto_pid(name: str) -> int | None:
    """The pid of the proto-model's particle that stands for one; None where there is none.

    >>> proto_pid("X_uR"), proto_pid("X_t2"), proto_pid("X_Z4"), proto_pid("X_G")
    (1000002, 2000006, 1000025, None)
    """
    pid = pid_of(name)
    if pid is None or pid in (2000005, 2000006):
        return pid
    if family(name) in ("squark", "slepton", "stau", "sneutrino"):
        return 1000000 + pid % 1000000
    return {1000035: 1000025, 1000045: None, 1000055: None, 1000047: None, 1000039: None}.get(pid, pid)

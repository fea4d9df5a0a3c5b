"""SLHA text of any kind as a spectrum (arXiv:hep-ph/0311123, 0801.0045; QNUMBERS: 0712.3311)."""

from __future__ import annotations

from protomodels.spectrum.assembly import Parts, assembled
from protomodels.spectrum.document import parse
from protomodels.spectrum.encoding import decoded
from protomodels.spectrum.entries import check_valid, read_masses, read_mixing, read_qnumbers
from protomodels.spectrum.processes import read_processes
from protomodels.spectrum.rates import read_rates
from protomodels.spectrum.spectrum import Spectrum


def read_spectrum(text: str | bytes, name: str = "SLHA", allow_invalid: bool = False) -> Spectrum:
    """A model of any kind from SLHA 1 or 2.

    Masses are magnitudes, widths and ratios those of the file; what was left out or assumed stands in the notes.

    Parameters
    ----------
    text: of the file; bytes in UTF-8, UTF-16 or Latin-1.
    name: of the file, for messages.
    allow_invalid: read a point, too, that its generator calls invalid (SPINFO 4).

    Raises
    ------
    ModelError: naming the file, the line or the particle, the value and what is allowed.

    >>> found = read_spectrum('''BLOCK MASS
    ...  1000006 8.0D+02
    ...  1000022 200
    ... DECAY 1000006 1.0
    ...  0.5 2 1000022 6
    ...  0.5 3 1000022 5 24''')
    >>> found.particles[1000006].mass, [decay.daughters for decay in found.decays[1000006]]
    (800.0, [(6, 1000022), (5, 24, 1000022)])
    """
    return assembled(read_parts(decoded(text, name), name, allow_invalid), name)


def read_parts(text: str, name: str, allow_invalid: bool = False) -> Parts:
    """What SLHA text says, one thing beside the other."""
    document, notes = parse(text), list[str]()
    check_valid(document, allow_invalid, notes)
    masses = read_masses(document, name, notes)
    if document.skipped:
        notes.append("sections that are not SLHA's are skipped: " + ", ".join(sorted(set(document.skipped))[:8]))
    return Parts(
        {pid: abs(mass.value) for pid, mass in masses.items()},
        {pid: mass.comment.split()[0] for pid, mass in masses.items() if mass.comment.strip()},
        read_rates(document, masses, notes),
        read_qnumbers(document, notes),
        read_processes(document, masses, notes),
        read_mixing(document, masses),
        notes,
    )

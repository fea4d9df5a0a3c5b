"""Les Houches events as a spectrum: the banner's SLHA where there is one, else what the events themselves say."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from math import inf

import numpy as np

from protomodels.errors import ModelError
from protomodels.model import Pair
from protomodels.production import SQRTS, CrossSections
from protomodels.spectrum.assembly import Parts, assembled
from protomodels.spectrum.counting import Counts, counted
from protomodels.spectrum.encoding import decoded
from protomodels.spectrum.events import Beams, banner, beams, events, is_cut_off
from protomodels.spectrum.processes import NOTHING, PB_TO_FB
from protomodels.spectrum.rates import Rates
from protomodels.spectrum.reader import read_parts
from protomodels.spectrum.spectrum import PROMPT, Spectrum

_PROTON = 2212
_SPREAD = 0.1
"""Relative, of masses in events: particles of larger widths are none that results are about."""


def read_events(text: str | bytes, name: str = "LHE", allow_invalid: bool = False) -> Spectrum:
    """A model from Les Houches events.

    Masses, widths and ratios are those of the SLHA in the banner; where it has none, masses are averages over the
    events and ratios are counted, with a note on how many decays they rest on.  Without widths, what decays is prompt,
    as in SModelS.  The cross section of ``<init>`` is shared by the produced pairs, by the number of their events.

    Raises
    ------
    ModelError: naming the event or the field, the value and what is allowed.
    """
    text = decoded(text, name)
    slha = banner(text)
    parts = read_parts(slha, f"{name}: <slha>", allow_invalid) if "MASS" in slha.upper() else None
    counts = counted(events(text))
    if parts is None:
        if not counts.masses:
            raise ModelError(name, f"{counts.events} events without a new particle", "events of new particles")
        parts = Parts({}, {}, {}, {}, None, {})
    notes = list(parts.notes)
    if is_cut_off(text):
        notes.append("the file ends within an event, which is left out")
    masses = {pid: total / number for pid, (total, number) in sorted(counts.masses.items())} | parts.masses
    _say_ranges(counts, parts.masses, notes)
    rates = dict(parts.rates) | _counted_rates(parts.rates, counts, notes)
    sections = parts.sections or _sections(beams(text), counts, notes)
    return assembled(Parts(masses, parts.labels, rates, parts.numbers, sections, parts.mixing, notes), name)


def _say_ranges(counts: Counts, known: Mapping[int, float], notes: list[str]) -> None:
    """A note on masses that are not those of one model: of wide particles, of several files put together."""
    for pid, (least, most) in sorted(counts.ranges.items()):
        if pid in known and not least * (1.0 - _SPREAD) <= known[pid] <= most * (1.0 + _SPREAD):
            notes.append(
                f"{pid} has {known[pid]:g} GeV in the header, which counts, and {least:g} to {most:g} in events"
            )
        elif pid not in known and most - least > _SPREAD * most:
            notes.append(f"{pid} has {least:g} to {most:g} GeV in the events: the average is taken")


def _counted_rates(known: Mapping[int, Rates], counts: Counts, notes: list[str]) -> dict[int, Rates]:
    """Rates of particles whose decays only the events have."""
    found, rest, prompt = {}, [], []
    for pid, decays in sorted(counts.decays.items()):
        if pid in known and known[pid].decays:
            continue
        total = decays.total()
        width = known[pid].width if pid in known and known[pid].width > 0.0 else PROMPT
        found[pid] = Rates(width, {daughters: number / total for daughters, number in sorted(decays.items())})
        rest.append(f"those of {pid} rest on {total} decays")
        if width == inf:
            prompt.append(str(pid))
    if rest:
        notes.append(f"ratios are counted in {counts.events} events: {', '.join(rest)}")
    if prompt:
        notes.append(f"events have no widths: prompt, as in SModelS, are {', '.join(prompt)}")
    return found


def _sections(found: Beams | None, counts: Counts, notes: list[str]) -> CrossSections | None:
    if found is None or not counts.events or not counts.produced:
        notes.append("the events have no cross section: reference ones are taken")
        return None
    if found.pids != (_PROTON, _PROTON):
        notes.append(f"events of beams {found.pids[0]} {found.pids[1]}: their cross section is left out")
        return None
    if len(counts.weights) > 1:
        notes.append("events have different weights, and are counted alike, as in SModelS")
    if found.sqrts not in SQRTS:
        notes.append(f"cross sections at {found.sqrts:g} TeV only, an energy that no result has")
    shares: dict[Pair, float] = {}
    for pids, number in counts.produced.items():
        if len(pids) <= 2:
            a, b = sorted(pids if len(pids) == 2 else chain(pids, (NOTHING,)))
            shares[a, b] = found.sigma * PB_TO_FB * number / counts.events
    left = sum(number for pids, number in counts.produced.items() if len(pids) > 2)
    if left:
        notes.append(f"{left} events with three or more new particles from the beams are left out")
    if not shares:
        return None
    sigma = np.array([[shares[pair]] for pair in sorted(shares)])
    return CrossSections(tuple(sorted(shares)), (found.sqrts,), sigma, np.full_like(sigma, np.nan))

"""What a file says of its particles, put together: a spectrum, with a note where something was left out or assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from protomodels.errors import ModelError
from protomodels.model import BR_SUM_TOLERANCE
from protomodels.particles import MASS_CEILING
from protomodels.production import CrossSections
from protomodels.spectrum.identity import NEUTRAL, deduced, odd_particles
from protomodels.spectrum.known import NEW, SM, SPARTICLES, Numbers
from protomodels.spectrum.processes import canonical
from protomodels.spectrum.rates import Rates
from protomodels.spectrum.spectrum import Decay, Matrix, NewParticle, Spectrum

Channels = dict[int, dict[tuple[int, ...], float]]


@dataclass(frozen=True)
class Parts:
    """What was read.

    Attributes
    ----------
    masses: GeV, not negative, of the new particles by positive pid.
    labels: what the file calls them.
    rates: of those whose decays it has.
    numbers: quantum numbers that it says.
    sections, mixing, notes: as in :class:`protomodels.spectrum.Spectrum`.
    """

    masses: dict[int, float]
    labels: Mapping[int, str]
    rates: dict[int, Rates]
    numbers: Mapping[int, Numbers]
    sections: CrossSections | None
    mixing: Mapping[str, Matrix]
    notes: list[str] = field(default_factory=list)


def assembled(parts: Parts, name: str) -> Spectrum:
    """The spectrum.

    Particles without decays are stable, as in SModelS; but heavier ones than any that is produced are left out.

    Raises
    ------
    ModelError: where ratios of a particle sum to more than 1, or no particle is left.
    """
    notes = parts.notes
    masses = _reachable(parts)
    if not masses:
        raise ModelError(
            name, f"{len(parts.masses)} new particles that are never made", "one that decays, or is lighter"
        )
    channels = _possible(parts.rates, masses, notes)
    found = _identified(parts, masses, channels)
    odd = odd_particles([pid for pid in masses if pid in found], channels)
    particles = {
        pid: NewParticle(
            pid, _name(pid, found[pid], parts.labels), mass, parts.rates[pid].width if pid in channels else 0.0,
            found[pid].twice_spin, found[pid].thrice_charge, found[pid].colour, found[pid].self_conjugate, pid in odd,
        )
        for pid, mass in sorted(masses.items()) if pid in found
    }  # fmt: skip
    own = {pid for pid, p in particles.items() if p.self_conjugate} | {p for p, n in SM.items() if n.self_conjugate}
    _say_unbalanced(particles, channels, notes)
    decays = {pid: _decays(channels[pid], own) for pid in particles if pid in channels}
    sections = canonical(parts.sections, own) if parts.sections else None
    return Spectrum(particles, decays, sections, name, tuple(dict.fromkeys(notes)), parts.mixing)


def _identified(parts: Parts, masses: Mapping[int, float], channels: Channels) -> dict[int, Numbers]:
    """Quantum numbers: those of the file, those of known pids, those that decays say, else those of dark matter."""
    produced = {pid for pair in parts.sections.pairs for pid in pair} if parts.sections else set()
    named = produced.union(*(daughters for decays in channels.values() for daughters in decays))
    signed = frozenset(-pid for pid in named if pid < 0)
    found = {pid: NEW[pid] for pid in masses if pid in NEW} | {p: n for p, n in parts.numbers.items() if p in masses}
    found |= deduced(masses, found, channels, signed)
    unknown = [pid for pid in masses if pid not in found]
    aside = [pid for pid in unknown if pid not in channels and pid not in named and -pid not in named]
    _say(parts.notes, "left out, in no decay and no cross section, and of unknown charge: {}", aside)
    assumed = []
    for stable in (True, False):  # stable ones first: from these, what decays into them may follow
        more = [pid for pid in unknown if pid not in (*aside, *found) and (pid not in channels or not stable)]
        found |= dict.fromkeys(more, NEUTRAL)
        found |= deduced(masses, found, channels, signed)
        assumed += more
    _say(parts.notes, "taken as neutral, for want of a QNUMBERS block or a decay that says more: {}", assumed)
    return found


def _decays(channels: Mapping[tuple[int, ...], float], own: set[int]) -> tuple[Decay, ...]:
    """With particles that are their own antiparticles named by their positive pid; equal ones are added."""
    found: dict[tuple[int, ...], float] = {}
    for daughters, ratio in channels.items():
        key = tuple(sorted(abs(d) if abs(d) in own else d for d in daughters))
        found[key] = found.get(key, 0.0) + ratio
    return tuple(Decay(min(ratio, 1.0), daughters) for daughters, ratio in found.items())


def _say_unbalanced(particles: Mapping[int, NewParticle], channels: Channels, notes: list[str]) -> None:
    """A note on decays in which charge is lost: a pid or its sign may be wrong."""
    charges = {pid: n.thrice_charge for pid, n in SM.items()} | {pid: p.thrice_charge for pid, p in particles.items()}
    wrong = []
    for pid in particles:
        for daughters in channels.get(pid, ()):
            if all(abs(d) in charges for d in daughters):
                made = sum(charges[d] if d > 0 else -charges[-d] for d in daughters)
                wrong += [f"{pid} -> {' '.join(map(str, daughters))}"] if made != charges[pid] else []
    if wrong:
        more = f" and {len(wrong) - 8} more" if len(wrong) > 8 else ""
        notes.append(f"decays that do not conserve charge are taken as they stand: {'; '.join(wrong[:8])}{more}")


def _name(pid: int, numbers: Numbers, labels: Mapping[int, str]) -> str:
    return SPARTICLES[pid].name if pid in SPARTICLES else numbers.name or labels.get(pid, "") or str(pid)


def _say(notes: list[str], sentence: str, pids: Iterable[int]) -> None:
    """One note for several particles."""
    listed = ", ".join(map(str, pids))
    if listed:
        notes.append(sentence.format(listed))


def _reachable(parts: Parts) -> dict[int, float]:
    """Masses without those of particles that have no decays and are too heavy to be made."""
    masses, sections = parts.masses, parts.sections
    made: set[int] = set()
    if sections is not None:
        made = {abs(p) for pair, row in zip(sections.pairs, sections.sigma, strict=True) if row.any() for p in pair}
    top = max((masses[pid] for pid in made if pid in masses), default=MASS_CEILING)
    heavy = [pid for pid, mass in masses.items() if pid not in parts.rates and mass > top and pid not in made]
    where = "any particle that is produced" if made else "reference cross sections reach"
    _say(parts.notes, f"left out, without DECAY and heavier than {where} ({top:g} GeV): {{}}", heavy)
    kept = {pid: mass for pid, mass in masses.items() if pid not in heavy}
    lightest = min(kept.values(), default=0.0)
    bare = [pid for pid, mass in kept.items() if pid not in parts.rates and mass > lightest]
    _say(parts.notes, "stable for want of a DECAY, as in SModelS: {}", bare)
    return kept


def _possible(rates: Mapping[int, Rates], masses: Mapping[int, float], notes: list[str]) -> Channels:
    """The decays into known, lighter particles, of particles with a width."""
    found: Channels = {}
    strange: dict[int, list[int]] = {}
    heavy, resting, ended = [], [], []
    for pid in (pid for pid in masses if pid in rates):
        listed = rates[pid].decays
        if rates[pid].width == 0.0:
            resting += [pid] if listed else []
            continue
        _check_sum(pid, sum(listed.values()), notes)
        kept = {}
        for daughters, ratio in listed.items():
            if not all(abs(d) in SM or abs(d) in masses for d in daughters):
                for d in daughters:
                    if abs(d) not in SM and abs(d) not in masses:
                        strange.setdefault(d, []).append(pid)
                continue
            if sum(masses.get(abs(d), 0.0) for d in daughters) > masses[pid]:
                heavy.append(f"{pid} -> {' '.join(map(str, daughters))}")
                continue
            kept[daughters] = ratio
        if kept:
            found[pid] = kept
        else:
            ended.append(pid)
    _say(notes, "stable, as the width is 0; decays are left out: {}", resting)
    for daughter, mothers in sorted(strange.items()):
        _say(notes, f"decays into {daughter}, which is not known, are left out: those of {{}}", dict.fromkeys(mothers))
    shown = "; ".join(heavy[:8]) + (f" and {len(heavy) - 8} more" if len(heavy) > 8 else "")
    notes += [f"decays into heavier particles are left out: {shown}"] if heavy else []
    _say(notes, "stable, as in SModelS, for want of a decay that can be used, in spite of a width: {}", ended)
    return found


def _check_sum(pid: int, total: float, notes: list[str]) -> None:
    if total > 1.0 + BR_SUM_TOLERANCE:
        raise ModelError(
            f"DECAY {pid}", f"ratios that sum to {total:g}", f"a sum of at most {1.0 + BR_SUM_TOLERANCE:g}"
        )
    if 0.0 < total < 1.0 - BR_SUM_TOLERANCE:
        notes.append(f"ratios of {pid} sum to {total:g}: what is missing populates nothing")

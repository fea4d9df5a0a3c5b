"""Cross sections by group and final state."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np

from protomodels.errors import ModelError
from protomodels.predictor.general.coverage.fates import Follower, Way, Ways, compressed
from protomodels.predictor.general.coverage.final_states import LONG_LIVED, Fate, Fates, FinalState, final_state
from protomodels.predictor.general.coverage.matched import matched
from protomodels.predictor.general.coverage.report import Coverage, Unseen
from protomodels.predictor.general.decomposition import Decomposition, decompose
from protomodels.predictor.general.kinds import ALL_PROMPT, DISPLACED
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.predictor import SpectrumPredictor
from protomodels.production import CrossSections
from protomodels.results.compiled.tables import Floats
from protomodels.spectrum import Spectrum

PROMPT: Final = 0
DISPLACED_DECAYS: Final = 1
"""Columns: fb times the probability that all decays are prompt, or that some are displaced and none later."""
ROUNDING: Final = 1e-12
"""A smaller part of a final state that is not seen is the rounding of two sums."""

Mothers = tuple[int, ...]
"""Classes of the produced particles, in ascending order."""
Table = dict[tuple[FinalState, Mothers], Floats]
"""Two columns for each final state of each pair of produced particles, fb."""


def coverage_of(
    predictor: SpectrumPredictor,
    spectrum: Spectrum,
    sections: CrossSections | None = None,
    options: Options | None = None,
    most: int = 10,
) -> Coverage:
    """How much of what a spectrum produces any result sees, at the highest energy of its cross sections.

    The groups are those of SModelS 3.1.1 (arXiv:2306.17676): an event is covered where a topology of any result matches
    it, before or after compression, and tested where it lies within a map as well.

    Parameters
    ----------
    sections, options: as for :meth:`SpectrumPredictor.predict`.
    most: how many final states are listed in each group.

    Raises
    ------
    ModelError: where there are no cross sections.
    PredictionError: where the model has too many decays above the cut, or they go round in a circle.
    ResultsError: where the results were compiled without the kinds of analyses.
    """
    options, sections = options or Options(), sections or spectrum.sections
    if sections is None or not len(sections.sqrts):
        raise ModelError("cross sections", f"none for {spectrum.name}", "at least one")
    column = int(np.argmax(sections.sqrts))
    found = decompose(predictor.tables, spectrum, sections, options)
    names = _names(spectrum, found)
    fates = Fates(found.forest, predictor.tables.patterns.standard_codes, names)
    everything = _everything(found, fates, options, column)
    known = matched(predictor.tables, predictor.kinds, found)
    groups: dict[str, Table] = {name: _copied(everything) for name in ("prompt", "displaced", "missing")}
    outside: Table = defaultdict(_nothing)
    for number, event in enumerate(found.events.origins):
        weight = float(found.events.weights[number][column])
        own = [fates.of(tree) for tree in compressed(found, event, options)]
        mothers = tuple(sorted(found.forest.particle[tree] for tree in event))
        place, values = (final_state(fate.branch for fate in own), mothers), weight * _shares(own)
        for name, kinds in (("prompt", ALL_PROMPT), ("displaced", DISPLACED), ("missing", ALL_PROMPT | DISPLACED)):
            if known.covered[number] & kinds:
                groups[name][place] -= values
        if number in known.nearest:
            own = [fates.of(tree) for tree in known.nearest[number]]
            outside[final_state(fate.branch for fate in own), mothers] += weight * _shares(own)
    total = float(np.sum(sections.sigma[:, column]))
    both = (PROMPT, DISPLACED_DECAYS)
    for table in groups.values():
        for place, values in table.items():
            values[values < ROUNDING * everything[place].sum()] = 0.0
    listed = {
        "prompt": _listed(groups["prompt"], (PROMPT,), names),
        "displaced": _listed(groups["displaced"], (DISPLACED_DECAYS,), names),
        "missing": _listed(groups["missing"], both, names),
        "outside": _listed(outside, both, names),
    }
    sums = {name: sum(state.sigma for state in states) for name, states in listed.items()}
    followed = float(sum(values.sum() for values in everything.values()))
    return Coverage(
        sqrts=float(sections.sqrts[column]),
        produced={float(e): float(np.sum(sections.sigma[:, i])) for i, e in enumerate(sections.sqrts)},
        seen=max(followed - sums["missing"] - sums["outside"], 0.0),
        outside_grids=sums["outside"],
        missing=sums["missing"],
        missing_prompt=sums["prompt"],
        missing_displaced=sums["displaced"],
        missing_long_lived=sum(state.sigma for state in listed["missing"] if LONG_LIVED & state.symbols),
        not_followed=max(total - followed, 0.0),
        largest_missing=listed["missing"][:most],
        largest_prompt=listed["prompt"][:most],
        largest_displaced=listed["displaced"][:most],
        largest_outside=listed["outside"][:most],
    )


def _names(spectrum: Spectrum, found: Decomposition) -> dict[int, str]:
    """Names of the particles of each class; equal particles are not told apart."""
    names: dict[int, list[str]] = {}
    for pid, number in found.model.classes.items():
        listed = names.setdefault(number, [])
        name = spectrum.particles[abs(pid)].name
        if name not in listed:
            listed.append(name)
    return {number: "/".join(listed) for number, listed in names.items()}


def _everything(found: Decomposition, fates: Fates, options: Options, column: int) -> Table:
    """All that is produced and followed."""
    follower, classes = Follower(found, fates, options), found.model.classes
    table: Table = defaultdict(_nothing)
    for pair, sigma in zip(found.pairs, found.sigma, strict=True):
        largest = float(sigma.max(initial=0.0))
        if largest < options.sigmacut:
            continue
        mothers = tuple(sorted(classes[pid] for pid in pair))
        ways = [follower.ways(pid) for pid in pair]
        for numbers, ratio in _joined(ways, options.sigmacut / largest):
            own = _fates_of([w.ways[i] for w, i in zip(ways, numbers, strict=True)], found, fates, options)
            table[final_state(fate.branch for fate in own), mothers] += sigma[column] * ratio * _shares(own)
    return table


def _joined(ways: list[Ways], least: float) -> list[tuple[tuple[int, ...], float]]:
    """Ways of all produced particles together, with the sum of the products of branching ratios above the cut."""
    first = ways[0]
    if len(ways) == 1:
        kept = first.ratio >= least
        sums = np.bincount(first.number[kept], first.ratio[kept], minlength=len(first.ways))
        return [((i,), float(sums[i])) for i in np.flatnonzero(sums).tolist()]
    second, size = ways[1], len(ways[1].ways)
    found: dict[int, float] = defaultdict(float)
    for way in np.unique(first.number).tolist():
        own = first.ratio[first.number == way]
        # how many of the second's paths, the strongest first, are above the cut with each of the first's
        counts = np.searchsorted(-second.ratio, -least / own, side="right")
        if not counts.any():
            continue
        # each path of the second meets the strongest of the first: all that need no more than it
        reach = np.searchsorted(-counts, -np.arange(1, counts[0] + 1), side="right")
        partner = np.concatenate([[0.0], np.cumsum(own)])[reach]
        n = int(counts[0])
        sums = np.bincount(second.number[:n], second.ratio[:n] * partner, minlength=size)
        for other in np.flatnonzero(sums).tolist():
            found[way * size + other] += float(sums[other])
    return [(divmod(key, size), ratio) for key, ratio in found.items()]


def _fates_of(ways: list[Way], found: Decomposition, fates: Fates, options: Options) -> list[Fate]:
    if all(way.tree >= 0 for way in ways):
        return [fates.of(tree) for tree in compressed(found, tuple(way.tree for way in ways), options)]
    return [way.fate for way in ways]


def _shares(fates: list[Fate]) -> Floats:
    """Probability that all decays are prompt, and that some are displaced and none later."""
    prompt = in_time = stable = 1.0
    for fate in fates:
        prompt, in_time, stable = prompt * fate.prompt, in_time * fate.in_time, stable * fate.stable
    return np.array([prompt * stable, (in_time - prompt) * stable])


def _listed(table: Table, columns: tuple[int, ...], names: dict[int, str]) -> tuple[Unseen, ...]:
    """Final states, the largest first, each with the particles that were produced."""
    by_state: dict[FinalState, list[tuple[float, str]]] = defaultdict(list)
    for (state, mothers), values in table.items():
        sigma = float(sum(values[column] for column in columns))
        if sigma > 0.0:
            by_state[state].append((sigma, " + ".join(names[number] for number in mothers)))
    listed = []
    for state, parts in by_state.items():
        by_name: dict[str, float] = defaultdict(float)
        for sigma, name in parts:
            by_name[name] += sigma
        produced = tuple(sorted(by_name.items(), key=lambda item: -item[1]))
        listed.append(Unseen(state, sum(sigma for sigma, _ in parts), produced))
    return tuple(sorted(listed, key=lambda entry: (-entry.sigma, entry.state)))


def _nothing() -> Floats:
    return np.zeros(2)


def _copied(table: Table) -> Table:
    return {place: values.copy() for place, values in table.items()}

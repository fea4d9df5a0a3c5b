"""Cross sections by group and final state."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np

from protomodels.errors import ModelError
from protomodels.predictor.general import kinds
from protomodels.predictor.general.coverage.final_states import LONG_LIVED, Fates, FinalState
from protomodels.predictor.general.coverage.matched import matched
from protomodels.predictor.general.coverage.produced import (
    DISPLACED,
    MISSING,
    OUTSIDE,
    PROMPT,
    ROUNDING,
    Table,
    add,
    everything,
    variants,
)
from protomodels.predictor.general.coverage.report import Coverage, Unseen
from protomodels.predictor.general.decomposition import Decomposition
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.predictor import SpectrumPredictor
from protomodels.production import CrossSections
from protomodels.spectrum import Spectrum

COVERING: Final = {
    PROMPT: kinds.PROMPT,
    DISPLACED: kinds.DISPLACED,
    MISSING: kinds.PROMPT | kinds.DISPLACED | kinds.OTHER,
}
"""An event is missing in a group where no analysis of these kinds covers it."""


def coverage_of(
    predictor: SpectrumPredictor,
    spectrum: Spectrum,
    sections: CrossSections | None = None,
    options: Options | None = None,
    most: int = 10,
    decomposition: Decomposition | None = None,
) -> Coverage:
    """How much of what a spectrum produces any result sees, at the highest energy of its cross sections.

    The groups are those of SModelS 3.1.1 (arXiv:2306.17676): an event is covered where a topology of any result matches
    it, before or after compression, and tested where it lies within a map as well.

    Parameters
    ----------
    sections, options, decomposition: as for :meth:`SpectrumPredictor.predict`.
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
    found = decomposition or predictor.decompose(spectrum, sections, options)
    fates = Fates(found.forest, predictor.tables.patterns.standard_codes, _names(spectrum, found))
    produced = everything(found, fates, options, column)
    known = matched(predictor.tables, predictor.kinds, found)
    taken: dict[str, Table] = {name: defaultdict(float) for name in (*COVERING, OUTSIDE)}
    for number, event in enumerate(found.events.origins):
        covered = [name for name, own in COVERING.items() if known.covered[number] & own]
        if not covered:
            continue
        sigma = float(found.events.weights[number][column])
        mothers = tuple(sorted(found.forest.particle[tree] for tree in event))
        add(taken, covered, variants(found, event, fates, options), mothers, sigma)
        if number in known.nearest:
            own = [fates.of(tree) for tree in known.nearest[number]]
            add(taken, [OUTSIDE], (own, own), mothers, sigma)
    left = {name: _without(table, taken[name]) for name, table in produced.items()} | {OUTSIDE: taken[OUTSIDE]}
    listed = {name: _listed(table, _names(spectrum, found)) for name, table in left.items()}
    sums = {name: sum(state.sigma for state in states) for name, states in listed.items()}
    total, followed = float(np.sum(sections.sigma[:, column])), sum(produced[MISSING].values())
    return Coverage(
        sqrts=float(sections.sqrts[column]),
        produced={float(energy): float(np.sum(sections.sigma[:, i])) for i, energy in enumerate(sections.sqrts)},
        seen=max(followed - sums[MISSING] - sums[OUTSIDE], 0.0),
        outside_grids=sums[OUTSIDE],
        missing=sums[MISSING],
        missing_prompt=sums[PROMPT],
        missing_displaced=sums[DISPLACED],
        missing_long_lived=sum(state.sigma for state in listed[MISSING] if LONG_LIVED & state.symbols),
        not_followed=max(total - followed, 0.0),
        largest_missing=listed[MISSING][:most],
        largest_prompt=listed[PROMPT][:most],
        largest_displaced=listed[DISPLACED][:most],
        largest_outside=listed[OUTSIDE][:most],
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


def _without(table: Table, taken: Table) -> Table:
    left = {place: sigma - taken.get(place, 0.0) for place, sigma in table.items()}
    return {place: sigma for place, sigma in left.items() if sigma > ROUNDING * table[place]}


def _listed(table: Table, names: dict[int, str]) -> tuple[Unseen, ...]:
    """Final states, the largest first, each with the particles that were produced."""
    by_state: dict[FinalState, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (state, mothers), sigma in table.items():
        if sigma > 0.0:
            by_state[state][" + ".join(names[number] for number in mothers)] += sigma
    listed = [
        Unseen(state, sum(parts.values()), tuple(sorted(parts.items(), key=lambda item: -item[1])))
        for state, parts in by_state.items()
    ]
    return tuple(sorted(listed, key=lambda entry: (-entry.sigma, entry.state)))

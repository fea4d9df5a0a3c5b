"""A model's pair productions beside partners of the same mass: :func:`partners_of`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.errors import ConfigError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES
from protomodels.partners.candidates import Kind, Place, candidates_of, kind_of
from protomodels.production import CrossSections, cross_sections, order_of

SQRTS: Final = 13.0
"""TeV."""
ALIKE: Final = 1.3
"""Candidates within this factor of the observed cross section cannot be told apart: so uncertain are they."""
FAR: Final = 3.0
"""A production that is further than this factor from every candidate is like none of them."""


@dataclass(frozen=True)
class Comparison:
    """One candidate for a production.

    Attributes
    ----------
    name: of the candidate.
    sigma: what it would give, fb.
    ratio: observed over that.
    fits: False where it has another colour than the particle, which its decays would show.
    """

    name: str
    sigma: float
    ratio: float
    fits: bool

    @property
    def distance(self) -> float:
        """|ln ratio|."""
        return abs(math.log(self.ratio)) if self.ratio > 0.0 else math.inf


@dataclass(frozen=True)
class PartnerRow:
    """A production at 13 TeV, both charges summed.

    Attributes
    ----------
    particles: names of the two; once for a particle with its antiparticle.
    kind: what it is compared as.
    pairs: its signed pid pairs.
    masses: GeV, of each in ``particles``.
    observed: kappa times reference, fb.
    reference: what kappa = 1 gives, fb.
    candidates: those that fit first.
    """

    particles: tuple[str, ...]
    kind: Kind
    pairs: tuple[Pair, ...]
    masses: tuple[float, ...]
    observed: float
    reference: float
    candidates: tuple[Comparison, ...]

    @property
    def kappa(self) -> float:
        """Signal strength multiplier of the sum."""
        return self.observed / self.reference if self.reference > 0.0 else math.nan

    @property
    def nearest(self) -> tuple[Comparison, ...]:
        """The candidate that is nearest, the simplest of equals, and those that cannot be told from the observed."""
        fitting = sorted((c for c in self.candidates if c.fits), key=lambda c: round(c.distance, 6))
        return tuple(c for i, c in enumerate(fitting) if i == 0 or c.distance <= math.log(ALIKE))

    @property
    def verdict(self) -> str:
        """One of: not produced; like a partner; between partners; more than any partner; less than any partner."""
        if self.observed <= 0.0:
            return "not produced"
        ratios = [c.ratio for c in self.candidates if c.fits]
        if min(ratios) > FAR:
            return "more than any partner"
        if max(ratios) < 1.0 / FAR:
            return "less than any partner"
        return "like a partner" if self.nearest[0].distance <= math.log(ALIKE) else "between partners"

    @property
    def words(self) -> str:
        """What it reads as: "like vector-like quark (1.1 times)"."""
        if self.verdict == "not produced":
            return self.verdict
        named = [f"{c.name} ({_times(c.ratio)} times)" for c in self.nearest]
        opening = {"like a partner": "like ", "between partners": "nearest to "}
        return opening.get(self.verdict, self.verdict + "; nearest to ") + " or ".join(named)


def _times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10.0 else f"{ratio:.2g}"


def partners_of(model: ProtoModel, sections: CrossSections | None = None) -> tuple[PartnerRow, ...]:
    """Each pair production of a model beside partners of the same mass at 13 TeV, the strongest first.

    Coloured particles are compared in their own pair.  Associated production of coloured particles is left out: its
    cross section depends on the mass of what is exchanged.

    Parameters
    ----------
    sections: cross sections of a model that brings its own; else kappa times reference.

    Raises
    ------
    ConfigError: where ``sections`` has none at 13 TeV.

    >>> model = ProtoModel({1000022: 100.0, 1000006: 1000.0}, {1000006: {(1000022, 6): 1.0}},
    ...                    {(-1000006, 1000006): 7.0}, "NNLO_approx+NNLL")
    >>> partners_of(model)[0].words
    'like vector-like quark (1.1 times)'
    """
    found = cross_sections(model, (SQRTS,)) if sections is None else sections
    if SQRTS not in found.sqrts:
        raise ConfigError("cross sections", found.sqrts, "with those at 13 TeV")
    column = found.sqrts.index(SQRTS)
    grouped: dict[tuple[Kind, tuple[int, int]], list[int]] = {}
    for row, pair in enumerate(found.pairs):
        first, second = sorted((abs(pair[0]), abs(pair[1])))
        kind = kind_of((first, second))
        # two squarks of one charge are no pair of particle and antiparticle
        if kind and (pair[0] != pair[1] or PARTICLES[first].self_conjugate):
            grouped.setdefault((kind, (first, second)), []).append(row)
    rows = []
    for (kind, pids), numbers in grouped.items():
        at = Place(pids, (model.masses[pids[0]], model.masses[pids[1]]), SQRTS, order_of(model))
        observed = float(found.sigma[numbers, column].sum())
        alone = pids[0] == pids[1]
        rows.append(
            PartnerRow(
                tuple(PARTICLES[pid].name for pid in (pids[:1] if alone else pids)),
                kind,
                tuple(found.pairs[i] for i in numbers),
                at.masses[:1] if alone else at.masses,
                observed,
                float(np.nansum(found.reference[numbers, column])),
                _compared(at, kind, observed),
            )
        )
    return tuple(sorted(rows, key=lambda row: -row.observed))


def _compared(at: Place, kind: Kind, observed: float) -> tuple[Comparison, ...]:
    found = []
    for candidate in candidates_of(at.pids):
        sigma = candidate.count * candidate.formula(at)
        found.append(Comparison(candidate.name, sigma, observed / sigma, kind in candidate.kinds))
    return tuple(found)

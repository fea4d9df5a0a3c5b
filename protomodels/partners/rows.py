"""A model's pair productions beside partners of the same mass: :func:`partners_of`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from protomodels.errors import ConfigError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES
from protomodels.partners.candidates import MIXED, Kind, candidates_of, kind_of
from protomodels.partners.formulas import Place
from protomodels.production import CrossSections, cross_sections, order_of

SQRTS: Final = 13.0
"""TeV."""
ALIKE: Final = 1.3
"""Candidates within this factor of the observed cross section cannot be told apart: so uncertain are they."""
FAR: Final = 3.0
"""A production that is further than this factor from every candidate is like none of them."""


Role = Literal["partner", "other colour", "reference mixture"]
"""Of a candidate: one that fits; one whose colour the decays rule out; the reference, where that is a mixture."""


@dataclass(frozen=True)
class Comparison:
    """One candidate for a production.

    Attributes
    ----------
    name: of the candidate.
    spin: scalar or fermion.
    sigma: what it would give, fb.
    ratio: observed over that.
    role: whether it fits.
    """

    name: str
    spin: Literal["scalar", "fermion"]
    sigma: float
    ratio: float
    role: Role

    @property
    def distance(self) -> float:
        """|ln ratio|."""
        return abs(math.log(self.ratio)) if self.ratio > 0.0 else math.inf

    @property
    def words(self) -> str:
        """As "1.2 x vector-like quark"."""
        return f"{number(self.ratio)} x {self.name}"


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
        """The partner that is nearest, the simplest of equals, and those that cannot be told from the observed."""
        fitting = sorted((c for c in self.candidates if c.role == "partner"), key=lambda c: round(c.distance, 6))
        return tuple(c for i, c in enumerate(fitting) if i == 0 or c.distance <= math.log(ALIKE))

    @property
    def mixture(self) -> Comparison | None:
        """The reference, where it is a mixture of multiplets."""
        return next((c for c in self.candidates if c.role == "reference mixture"), None)

    @property
    def verdict(self) -> str:
        """One of: not produced; like a partner; between partners; a mixture; more, or less, than any partner.

        A chargino or neutralino that is mixed of several multiplets is produced less than each of them.
        """
        if self.observed <= 0.0:
            return "not produced"
        ratios = [c.ratio for c in self.candidates if c.role == "partner"]
        if not ratios:
            return "a mixture"
        if min(ratios) > FAR:
            return "more than any partner"
        if self.nearest[0].distance <= math.log(ALIKE):
            return "like a partner"
        if self.mixture and max(ratios) < 1.0:
            return "a mixture"
        return "less than any partner" if max(ratios) < 1.0 / FAR else "between partners"

    @property
    def words(self) -> str:
        """What it reads as: "like 1.1 x vector-like quark"."""
        named = " or ".join(c.words for c in self.nearest)
        if self.mixture and self.verdict == "a mixture":
            # charginos and neutralinos mix with other fermions
            pure = (c for c in self.candidates if c.role == "partner" and c.spin == "fermion")
            return " = ".join(["a mixture", self.mixture.words, *(c.words for c in sorted(pure, key=_by_sigma)[:1])])
        opening = {"not produced": "not produced", "like a partner": f"like {named}"}
        return opening.get(self.verdict, f"{self.verdict}: {named}")


def _by_sigma(comparison: Comparison) -> float:
    return comparison.sigma


def number(ratio: float) -> str:
    """A ratio with as many digits as it is good for.

    >>> [number(ratio) for ratio in (106.2, 6.04, 1.0, 0.31, 0.00132)]
    ['106', '6.0', '1.0', '0.31', '0.0013']
    """
    if ratio >= 1.0:
        return f"{ratio:.0f}" if ratio >= 10.0 else f"{ratio:.1f}"
    return f"{ratio:.2g}" if ratio < 0.95 else "1.0"


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
    'like 1.1 x vector-like quark'
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
        role: Role = "partner" if kind == candidate.kind else "other colour"
        if candidate is MIXED:
            role = "reference mixture"
        found.append(Comparison(candidate.name, candidate.spin, sigma, observed / sigma, role))
    return tuple(found)

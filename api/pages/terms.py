"""The words that pages explain, and the symbols of particles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from protomodels.plots.pages.symbols import as_html, latex


@dataclass(frozen=True)
class Term:
    """A word of the pages: its key in addresses, what pages call it, and what it means."""

    key: str
    shown: str
    words: str


_ALL: Final = (
    Term("protomodel", "proto-model", "Particles with masses, decays and production cross sections, without a theory."),
    Term("content", "content", "Which particles a proto-model has, whatever their masses."),
    Term("K", "K", "The score: Z² less the prior, so less what the particles, decays and multipliers cost."),
    Term("Z", "Z", "Local significance of the best legal combination of results, in standard deviations."),
    Term("mu-hat", "μ̂", "The factor on the whole signal that fits the combined results best (mu-hat)."),
    Term("mu-max", "μ-max", "The largest factor on the signal that the critic allows (mu-max)."),
    Term("critic", "critic", "Compares each model with the published limits: no signal above them may earn K."),
    Term("prior", "prior", "What K loses for each particle, branching ratio and signal strength multiplier."),
    Term("multiplier", "multiplier", "Factor on the reference cross section of a pair (κ)."),
    Term("llr", "2 ln L ratio", "Twice ln L(mu-hat) − ln L(0): what one result gives to Z²."),
    Term("combination", "combination", "Results that are taken as uncorrelated; none that could be added is left out."),
    Term("analysis", "analysis", "A published search of ATLAS or CMS, such as CMS-SUS-19-006."),
    Term("region", "region", "A signal region: a selection of events with observed and expected counts."),
    Term("EM", "EM", "A result by efficiency maps: events in a signal region."),
    Term("UL", "UL", "A result by upper limits on cross sections, in fb."),
    Term("r", "r", "Signal over its 95% CL upper limit: above 1 a result excludes it."),
    Term("run", "run", "A search: walkers that go through the space of proto-models, step by step."),
    Term("walker", "walker", "One chain of steps; each draws random numbers of its own."),
    Term("move", "move", "A kind of change that a step proposes, such as another mass or a new particle."),
    Term("acceptance", "acceptance", "How often a proposal was taken, of all steps in which its move took part."),
    Term("hiscore", "hiscore", "A proto-model with one of the highest K of a run."),
    Term("verdict", "verdict", "How robust a K is: what is left of it without one analysis, or beside edges of maps."),
    Term("universe", "universe", "Pseudo-data over the same results: counts drawn as if there were no new physics."),
    Term("p", "p", "Global p-value (1 + k) / (1 + n): k of n universes reach the K of the data. It is never 0."),
    Term("closure", "closure test", "A known signal is put into the data: does the search find it again?"),
    Term("technical", "technical closure", "A closure test in which nothing is drawn: counts are what is expected."),
    Term("posterior", "posterior", "Probabilities of proto-models given the data and a proper prior, from chains."),
    Term("Bayes-factor", "Bayes factor", "How much the data favour new particles over the Standard Model; as ln B."),
    Term("converged", "converged", "Chains agree and have mixed well enough to be believed; read this first."),
    Term("batch", "batch", "Model files that a runner judges one by one, a row for each."),
    Term("synthetic", "synthetic", "Made by a generator: the demo results are, and no number in them was measured."),
)
TERMS: Final[Mapping[str, Term]] = MappingProxyType({term.key: term for term in _ALL})
"""By key, in the order of the page."""


def symbol(pid: int) -> Markup:
    """The symbol of a particle as HTML.

    >>> symbol(1000006), symbol(1000012)
    (Markup('X<sub>t</sub><sup>1</sup>'), Markup('X<sub>ν<sub>e</sub></sub>'))
    """
    # all of it is from the particle table
    return Markup(as_html(latex(pid)))  # noqa: S704  # nosec B704

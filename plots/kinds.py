"""Which figures there are of a proto-model: their names, where pages show them, and what draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ConfigError
from protomodels.plots.figure import Figure
from protomodels.plots.protomodels import contribution_figure, decay_figure, limit_figure, spectrum_figure
from protomodels.plots.scans import scan_figure
from protomodels.plots.scoring import combination_figure, likelihood_figure, without_figure
from protomodels.plots.subject import Subject
from protomodels.scoring.scans import mass_scan

SCAN_POINTS: Final = 31
"""Of each mass, in a figure of scans."""

Builder = Callable[[Subject], Figure]
"""Draws a figure of a proto-model: one of ours, or of a user's own."""


@dataclass(frozen=True)
class FigureKind:
    """A kind of figure.

    Attributes
    ----------
    name: what users call it, as in ``pm.plot(evaluation, "limits")``.
    section: of the page of a proto-model that shows it; a new name is a new tab, the last one.
    title: its heading there.
    note: what the title leaves open; may be empty.
    build: draws it.
    needs_results: it is computed from the results of the proto-model, not from what was stored of it alone.
    """

    name: str
    section: str
    title: str
    note: str
    build: Builder
    needs_results: bool = False


def _masses(subject: Subject) -> Figure:
    found = subject.evaluation
    return scan_figure([mass_scan(found.scorer, found.model, pid, n=SCAN_POINTS) for pid in found.model.masses], "")


IDENTITY: Final = "What it is"
SCORE: Final = "Why it scores"
BOUNDS: Final = "What holds it back"
ROBUST: Final = "How robust it is"
OTHERS: Final = "What it could be"

_ALL: Final = (
    FigureKind("spectrum", IDENTITY, "Spectrum", "", lambda s: spectrum_figure(s.model.masses)),
    FigureKind("decays", IDENTITY, "Decays", "", lambda s: decay_figure(s.model)),
    FigureKind(
        "contributions",
        SCORE,
        "Twice the log-likelihood ratio of each result",
        "the best legal combination of uncorrelated results; the sum is Z²",
        lambda s: contribution_figure(s.shares),
    ),
    FigureKind(
        "likelihoods",
        SCORE,
        "Likelihoods against the signal strength",
        "how much of the signal each result wants, and where the limits end it",
        lambda s: likelihood_figure(s.explanation),
        needs_results=True,
    ),
    FigureKind(
        "combination",
        SCORE,
        "Combinability of the candidates",
        "",
        lambda s: combination_figure(s.explanation),
        needs_results=True,
    ),
    FigureKind(
        "limits",
        BOUNDS,
        "Signal over limit",
        "the critic lets no observed ratio grow beyond the line",
        lambda s: limit_figure(s.bounds, s.policy.tolerance),
    ),
    FigureKind(
        "without",
        ROBUST,
        "K without each particle and each analysis",
        "what the score rests on",
        lambda s: without_figure(s.explanation),
        needs_results=True,
    ),
    FigureKind(
        "masses",
        OTHERS,
        "K against each mass",
        "the other parameters as they are; a panel says where K is higher than here: `protomodels improve` goes there",
        _masses,
        needs_results=True,
    ),
)

KINDS: Final = {kind.name: kind for kind in _ALL}
"""By name, in the order of the page of a proto-model: what is added here is on that page, in the API, in
``protomodels plot`` and in ``pm.plot``."""


def kinds_by_section() -> dict[str, list[FigureKind]]:
    """The kinds under the headings of a page, both in their order.

    >>> [kind.name for kind in kinds_by_section()["What it is"]]
    ['spectrum', 'decays']
    """
    sections: dict[str, list[FigureKind]] = {}
    for kind in KINDS.values():
        sections.setdefault(kind.section, []).append(kind)
    return sections


def kind_of(name: str) -> FigureKind:
    """The kind of this name.

    Raises
    ------
    ConfigError: where there is none.

    >>> kind_of("spectrum").needs_results
    False
    """
    if not isinstance(name, str) or name not in KINDS:
        raise ConfigError("kind", name, "one of " + ", ".join(KINDS))
    return KINDS[name]

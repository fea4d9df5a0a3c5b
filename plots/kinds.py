"""Which figures there are of a proto-model: their names, and what draws them."""

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
    name: what users call it.
    title: a heading for it.
    needs_results: it is computed from the results of the proto-model, not from what was stored of it alone.
    build: draws it.
    """

    name: str
    title: str
    needs_results: bool
    build: Builder


def _masses(subject: Subject) -> Figure:
    found = subject.evaluation
    return scan_figure([mass_scan(found.scorer, found.model, pid, n=SCAN_POINTS) for pid in found.model.masses], "")


_ALL: Final = (
    FigureKind("spectrum", "masses", False, lambda s: spectrum_figure(s.model.masses)),
    FigureKind("decays", "decays", False, lambda s: decay_figure(s.model)),
    FigureKind("contributions", "what drives K", False, lambda s: contribution_figure(s.shares)),
    FigureKind("limits", "what holds it back", False, lambda s: limit_figure(s.bounds, s.policy.tolerance)),
    FigureKind("likelihoods", "likelihoods", True, lambda s: likelihood_figure(s.explanation)),
    FigureKind("without", "K without each part", True, lambda s: without_figure(s.explanation)),
    FigureKind("combination", "who may be combined", True, lambda s: combination_figure(s.explanation)),
    FigureKind("masses", "K against each mass", True, _masses),
)

KINDS: Final = {kind.name: kind for kind in _ALL}
"""By name, in the order of a page."""


def kind_of(name: str) -> FigureKind:
    """The kind of this name.

    Raises
    ------
    ConfigError: where there is none.

    >>> kind_of("spectrum").needs_results
    False
    """
    if name not in KINDS:
        raise ConfigError("kind", name, "one of " + ", ".join(KINDS))
    return KINDS[name]

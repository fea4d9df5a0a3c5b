"""Figures of what the front door returns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from protomodels.errors import ConfigError
from protomodels.plots.climb import trace_figure
from protomodels.plots.densities import density_figure
from protomodels.plots.excesses import matrix_figure
from protomodels.plots.figure import Figure
from protomodels.plots.kinds import Builder, kind_of
from protomodels.plots.posteriors import posterior_figure
from protomodels.plots.spectra import closure_figure
from protomodels.plots.subject import Subject
from protomodels.plots.timeline import timeline_figure
from protomodels.scoring import Evaluation, evaluate

DEFAULT_KIND: Final = "contributions"
"""What is drawn of a proto-model where nothing else is asked for: what its score is made of."""


def plot(what: Any, kind: str | Builder | None = None, *, to: str | Path | None = None) -> Figure:
    """A figure of what the front door returned; in a notebook it shows itself.

    Parameters
    ----------
    what: an :class:`Evaluation`; a proto-model, or the path or the plain values of one (it is evaluated with the demo
        results then); what ``run`` returned (K of its walkers against their steps); the answer of a global p-value
        (best K in universes beside that of the data), several of one run side by side, the answer of a closure test
        (the masses that were found), a timeline (K by release), a posterior, or small excesses (the
        analyses that share them).
    kind: of a figure of a proto-model: contributions (the default), spectrum, decays, limits, likelihoods, without,
        combination or masses; or a function of one's own from :class:`protomodels.plots.subject.Subject` to
        :class:`Figure`.  Of a posterior: contents (the default), corner, spectrum or signals.  Runs and other answers
        have one figure each, and take no kind.
    to: file .svg, .pdf or .png to write it to.

    Raises
    ------
    ConfigError: where there is no such kind, a run or an answer is given one, a function of one's own gives no
        figure, or the file cannot be written.
    ModelError: where ``what`` is no proto-model.
    MissingExtraError: where matplotlib is not installed, and is needed.

    >>> plot({"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}, "spectrum")
    <Figure 'masses: X_t1 at 830 GeV, X_Z1 at 210 GeV', panels: 1>
    """
    figure = _drawn(what, kind)
    if to is not None:
        figure.save(to)
    return figure


def _drawn(what: Any, kind: str | Builder | None) -> Figure:
    if hasattr(what, "by_visits"):  # the answer of a posterior
        return posterior_figure(what, kind)
    figure = _only_figure(what)
    if figure is not None:
        if kind is not None:
            raise ConfigError("kind", kind, f"none: there is one figure of a {type(what).__name__}")
        return figure
    build = kind if callable(kind) else kind_of(DEFAULT_KIND if kind is None else kind).build
    drawn = build(Subject.of(what if isinstance(what, Evaluation) else evaluate(what)))
    if not isinstance(drawn, Figure):
        raise ConfigError("kind", kind, f"a function that returns a Figure, not {type(drawn).__name__}")
    return drawn


def _only_figure(what: Any) -> Figure | None:
    """The figure of a run or of a campaign's answer; None for anything else."""
    if hasattr(getattr(what, "trace", None), "moves"):  # arrays have a trace, too
        return trace_figure(what.trace)
    if hasattr(what, "answers"):
        return _densities({f"{found.campaign}, factor {found.fudge:g}": found for found in what.answers})
    if hasattr(what, "K_fake"):
        return _densities({"universes": what})
    if hasattr(what, "matrix") and hasattr(what, "selected"):  # small excesses of a scan
        return matrix_figure(what)
    if hasattr(what, "releases"):
        return timeline_figure(what.releases, what)
    if hasattr(what, "injected"):
        return closure_figure(what.injected, [found.masses for found in what])
    return None


def _densities(found: Mapping[str, Any]) -> Figure:
    """Of global p-values of one run, by the name that each has in the figure."""
    answers = list(found.values())
    at_least = [K for answer in answers for K in answer.at_least]
    K_fake = {name: answer.K_fake for name, answer in found.items()}
    tails = {name: answer.tail for name, answer in found.items()}
    return density_figure(answers[0].K_observed, K_fake, at_least, tails)

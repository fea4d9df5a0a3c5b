"""Figures of what the front door returns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protomodels.errors import ConfigError
from protomodels.plots.climb import trace_figure
from protomodels.plots.densities import density_figure
from protomodels.plots.figure import Figure
from protomodels.plots.kinds import Builder, kind_of
from protomodels.plots.spectra import closure_figure
from protomodels.plots.subject import Subject
from protomodels.scoring import Evaluation, evaluate


def plot(what: Any, kind: str | Builder = "contributions", *, to: str | Path | None = None) -> Figure:
    """A figure of what the front door returned; in a notebook it shows itself.

    Parameters
    ----------
    what: an :class:`Evaluation`; a proto-model, or the path or the plain values of one (it is evaluated with the demo
        results then); what ``run`` returned (K of its walkers against their steps); the answer of a global p-value
        (best K in universes beside that of the data), or of a closure test (the masses that were found).
    kind: of a figure of a proto-model: spectrum, decays, contributions, limits, likelihoods, without, combination or
        masses; or a function of one's own from :class:`protomodels.plots.subject.Subject` to :class:`Figure`.
    to: file .svg, .pdf or .png to write it to.

    Raises
    ------
    ConfigError: where there is no such kind, or the file cannot be written.
    ModelError: where ``what`` is no proto-model.
    MissingExtraError: where matplotlib is not installed, and is needed.

    >>> plot({"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}, "spectrum")
    <Figure 'masses: X_t1 at 830 GeV, X_Z1 at 210 GeV', panels: 1>
    """
    figure = _drawn(what, kind)
    if to is not None:
        figure.save(to)
    return figure


def _drawn(what: Any, kind: str | Builder) -> Figure:
    if hasattr(what, "trace"):
        return trace_figure(what.trace)
    if hasattr(what, "K_fake"):
        return density_figure(what.K_observed, {"universes": what.K_fake}, what.at_least)
    if hasattr(what, "injected"):
        return closure_figure(what.injected, [found.masses for found in what])
    subject = Subject.of(what if isinstance(what, Evaluation) else evaluate(what))
    if isinstance(kind, str):
        return kind_of(kind).build(subject)
    drawn = kind(subject)
    if not isinstance(drawn, Figure):
        raise ConfigError("kind", kind, f"a function that returns a Figure, not {type(drawn).__name__}")
    return drawn

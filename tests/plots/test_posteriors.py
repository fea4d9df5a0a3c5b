"""Figures of posteriors: drawn in both ways, and none hides that chains have not converged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from protomodels.errors import ConfigError
from protomodels.plots.figure import Bars, Figure, Line, Points
from protomodels.plots.front import plot
from protomodels.plots.paper import render
from protomodels.plots.posteriors import CAUTION, POSTERIOR_KINDS
from protomodels.plots.web import plotly as drawn_for_the_web
from protomodels.runs.posterior import PosteriorAnswer
from tests.posteriors import ANSWER


@pytest.mark.parametrize("kind", POSTERIOR_KINDS)
def test_each_is_drawn_in_both_ways(kind: str) -> None:
    figure = plot(ANSWER, kind)
    assert render(figure, "svg").startswith(b"<?xml") and drawn_for_the_web(figure)["data"] and figure.alt
    assert CAUTION not in figure.title
    assert CAUTION in plot(replace(ANSWER, converged=False), kind).title


def test_contents_come_with_errors_and_priors() -> None:
    contents, particles = plot(ANSWER).panels
    bars = next(m for m in contents.marks if isinstance(m, Bars))
    assert list(bars.values) == [0.6, 0.3, 0.1] and contents.y.names == ("X_t1", "Standard Model", "X_g X_t1")
    spans = [m for m in contents.marks if isinstance(m, Line)]
    assert [list(m.x) for m in spans] == [
        pytest.approx([0.58, 0.62]),
        pytest.approx([0.28, 0.32]),
        pytest.approx([0, 0.2]),
    ]
    assert list(next(m for m in contents.marks if isinstance(m, Points)).x) == [0.02, 0.4, 0.001]
    assert particles.y.names == ("X_t1", "X_g")


def test_the_corner_has_a_panel_for_each_pair() -> None:
    figure = plot(ANSWER, "corner")
    assert figure.shape == (2, 2)
    (pair,) = (m for panel in figure.panels for m in panel.marks if isinstance(m, Points))
    assert (list(pair.x), list(pair.y)) == ([900.0, 950.0, 870.0], [100.0, 120.0, 90.0])


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(ConfigError, match="of a posterior one of contents, corner, spectrum, signals"):
        plot(ANSWER, "limits")
    none: PosteriorAnswer = replace(ANSWER, corner=type(ANSWER.corner)())
    with pytest.raises(ConfigError, match="beyond the Standard Model"):
        plot(none, "corner")
    with pytest.raises(ConfigError, match="kind: got <function"):
        plot(ANSWER, lambda subject: Figure(()))

"""An answer of a posterior, for tests of what shows it."""

from __future__ import annotations

from typing import Final

from protomodels.runs.posterior import PosteriorAnswer
from protomodels.runs.posterior.answer import ContentAnswer, Corner, Diagnostics, ParticleAnswer, QuantityAnswer
from protomodels.runs.posterior.regions import RegionSignal
from protomodels.statistics.posterior import LogBayesFactor

ANSWER: Final = PosteriorAnswer(
    run="p00000001",
    target="expected",
    prior_only=False,
    converged=True,
    reasons=(),
    particles=(ParticleAnswer("X_t1", 0.7, 0.02, 0.1), ParticleAnswer("X_g", 0.1, 0.1, 0.09)),
    contents=(
        ContentAnswer(("X_t1",), 0.6, 0.02, 0.02),
        ContentAnswer((), 0.3, 0.02, 0.4),
        ContentAnswer(("X_g", "X_t1"), 0.1, 0.1, 0.001),
    ),
    log_bayes_factor=LogBayesFactor(0.44, 0.09),
    by_integration=LogBayesFactor(0.44, 0.09),
    by_visits=LogBayesFactor(at_least=0.2),
    quantities=(
        QuantityAnswer("log_likelihood", (), 1.0, 2.0, 1.0, 3.0, 0.0, 4.0, 1.001, 900.0, 800.0, judged=True),
        QuantityAnswer("m(X_Z1)", ("X_Z1",), 1.0, 100.0, 90.0, 120.0, 50.0, 300.0, 1.002, 700.0, 650.0, judged=True),
        QuantityAnswer("m(X_t1)", ("X_t1",), 0.7, 900.0, 870.0, 950.0, 800.0, 1000.0, 1.0, 600.0, 500.0, judged=True),
        QuantityAnswer("m(X_g)", ("X_g",), 0.1, 2000.0, 1900.0, 2100.0, 1800.0, 2200.0, None, None, None, judged=False),
    ),
    regions=(
        RegionSignal("CMS-1", "SR1", "EM", 3.0, 1.0, 5.0, 0.8),
        RegionSignal("ATLAS-2", "T2tt", "UL", 2.0, 0, 4, 0.5),
    ),
    corner=Corner(("X_t1", "X_Z1"), ((900.0, 100.0), (950.0, 120.0), (870.0, 90.0))),
    diagnostics=Diagnostics(
        chains=4,
        sweeps=1000,
        draws=4000,
        r_hat=1.002,
        effective=500.0,
        betas=((1.0, 0.1, 0.0),) * 4,
        exchange=((0.5, 0.6),) * 4,
        round_trips=(30, 31, 32, 33),
        accepted={"birth/death": 0.3, "mass": 0.6},
        agree=True,
    ),
)
"""Chains that have converged, with a quantity that is not judged, and a way to the Bayes factor that gives a bound."""

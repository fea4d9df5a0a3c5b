"""How the tables are made: closed forms against quadrature, parton densities, NLL-fast at leading order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from protomodels.xsec.constants import ALPHA, M_Z
from protomodels.xsec.make import coloured, electroweak, partons, semiweak
from protomodels.xsec.make import tables as making

pytest.importorskip("pythia8mc", reason="needs the extra xsec")

ALL_TABLES = {table.name: table for table in making.tables(Path("without-grids"))}


# Closed forms against what they are the integral or the limit of


@pytest.mark.parametrize(("m_squark", "m_gluino"), [(700.0, 700.0), (400.0, 1500.0), (1500.0, 400.0)])
@pytest.mark.parametrize("ratio", [1.001, 1.5, 10.0])
def test_squark_squark_is_its_integral(m_squark: float, m_gluino: float, ratio: float) -> None:
    s = 4.0 * m_squark**2 * ratio
    q2, g2 = m_squark**2, m_gluino**2
    half = 0.5 * s * math.sqrt(1.0 - 1.0 / ratio)
    edges = (q2 - 0.5 * s - half, q2 - 0.5 * s + half)

    def like(t: float) -> float:
        return g2 * s / (t - g2) ** 2

    def interfering(t: float) -> float:
        u = 2.0 * q2 - s - t
        # two equal particles: half of t and u channel squared and of -2/3 times their product
        return 0.5 * g2 * s * (1.0 / (t - g2) ** 2 + 1.0 / (u - g2) ** 2 - 2 / 3 / ((t - g2) * (u - g2)))

    def unlike(t: float) -> float:
        return (t * (2.0 * q2 - s - t) - q2 * q2) / (t - g2) ** 2

    factor, at = 2.0 * math.pi * 0.1**2 / (9.0 * s * s), np.array([s])
    for found, integrand in (
        (coloured.qq_to_like_squarks(at, m_squark, m_gluino, 0.1, identical=False), like),
        (coloured.qq_to_like_squarks(at, m_squark, m_gluino, 0.1, identical=True), interfering),
        (coloured.qq_to_unlike_squarks(at, m_squark, m_gluino, 0.1), unlike),
    ):
        assert found[0] == pytest.approx(factor * quad(integrand, *edges)[0], rel=1e-6)


def test_electroweak_fermions_are_their_integral() -> None:
    m1, m2, left, right = 300.0, 500.0, 0.7, -0.4
    for s in (900.0**2, 3000.0**2):
        momentum = math.sqrt((1.0 - (m1 + m2) ** 2 / s) * (1.0 - (m1 - m2) ** 2 / s))

        def integrand(c: float, s: float = s, momentum: float = momentum) -> float:
            t = 0.5 * (m1**2 + m2**2 - s + s * momentum * c)
            u = m1**2 + m2**2 - s - t
            products = left**2 * (u - m1**2) * (u - m2**2) + right**2 * (t - m1**2) * (t - m2**2)
            return 0.5 * s * momentum * (products + 2.0 * left * right * m1 * m2 * s)

        expected = math.pi * ALPHA**2 / (3.0 * s**4) * quad(integrand, -1.0, 1.0)[0]
        couplings = (np.array([left]), np.array([right]))
        assert electroweak._fermions(np.array([s]), m1, m2, *couplings, 1.0)[0] == pytest.approx(expected)


def test_thresholds() -> None:
    """Nothing at threshold, something above, and the unitarity of the exchange keeps it from growing with s."""
    m, heavy = 500.0, 900.0
    quark, slepton = (0.5, 2 / 3), (-0.5, -1.0)
    forms = (
        (2.0 * m, lambda s: coloured.gg_to_squarks(s, m, 0.1)),
        (2.0 * m, lambda s: coloured.qq_to_squarks(s, m, 0.1)),
        (2.0 * m, lambda s: coloured.gg_to_gluinos(s, m, 0.1)),
        (2.0 * m, lambda s: coloured.qq_to_gluinos(s, m, 0.1)),
        (2.0 * m, lambda s: coloured.qq_to_like_squarks(s, m, heavy, 0.1, True)),
        (2.0 * m, lambda s: coloured.qq_to_like_squarks(s, m, heavy, 0.1, False)),
        (2.0 * m, lambda s: coloured.qq_to_unlike_squarks(s, m, heavy, 0.1)),
        (m + heavy, lambda s: coloured.qg_to_squark_gluino(s, m, heavy, 0.1)),
        (m + heavy, lambda s: coloured.qg_to_squark_gluino(s, heavy, m, 0.1)),
        (m + heavy, lambda s: semiweak.qg_to_squark_chi(s, m, heavy, 0.1)),
        (2.0 * m, lambda s: electroweak.scalars_neutral(s, m, quark, slepton)),
        (m + heavy, lambda s: electroweak.scalars_charged(s, m, heavy)),
        (m + heavy, lambda s: electroweak.chargino_neutralino(s, m, heavy, 1000024, 1000023)),
        (2.0 * m, lambda s: electroweak.chargino_pair(s, m, m, 1000024, 1000024, quark)),
        (m + heavy, lambda s: electroweak.neutralino_pair(s, m, heavy, 1000022, 1000025, quark)),
    )
    for threshold, form in forms:
        values = form(threshold**2 * np.array([1.0 + 1e-9, 1.5, 3.0, 10.0, 1e3, 1e5]))
        assert values[0] < 1e-3 * values[1:4].max()
        assert (values[1:] > 0.0).all()
        assert values[-1] < values[1:4].max()


# Parton densities


def test_coupling_is_that_of_pythia_below_the_top_mass() -> None:
    theirs = partons._pythia().coupSM
    for scale in (20.0, M_Z, 150.0):
        assert partons.alpha_s(scale) == pytest.approx(theirs.alphaS(scale**2), rel=1e-4)
    # above, Pythia's has six flavours
    assert partons.alpha_s(1000.0) / theirs.alphaS(1000.0**2) == pytest.approx(0.982, abs=1e-3)


def test_momentum_sum() -> None:
    log_x, densities = partons._densities(500.0, 1e-6)
    x = np.exp(log_x)
    # int dx x f = int dln x x (x f); the sum over partons carries the proton's momentum
    total = sum(np.trapezoid(x * xf, log_x) for xf in densities.values())
    assert abs(total) == pytest.approx(1.0, rel=0.01)


@pytest.fixture
def fine_quadrature(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folding with four times the nodes in each direction."""
    monkeypatch.setattr(partons, "N_X", 4 * partons.N_X)
    for axis, n in (("Y", partons.N_Y), ("TAU", partons.N_TAU)):
        nodes, weights = np.polynomial.legendre.leggauss(4 * n)
        monkeypatch.setattr(partons, f"_NODES_{axis}", nodes)
        monkeypatch.setattr(partons, f"_WEIGHTS_{axis}", weights)
    partons._densities.cache_clear()
    partons._luminosity.cache_clear()
    yield
    partons._densities.cache_clear()
    partons._luminosity.cache_clear()


SPOTS = {
    1: ((120.0,), (735.0,), (2000.0,)),
    2: ((310.0, 120.0), (900.0, 1400.0)),
    3: ((400.0, 120.0, 900.0), (1400.0, 900.0, 700.0)),
}


@pytest.mark.parametrize("name", ALL_TABLES)
def test_quadratures_have_converged(name: str, request: pytest.FixtureRequest) -> None:
    """rel_numerical of the tables is a bound."""
    table = ALL_TABLES[name]
    points = [(13.0, *(spot * 2 if len(spot) == 1 else spot)) for spot in SPOTS[len(table.axes)]]
    stored = [table.row(*point) for point in points]
    request.getfixturevalue("fine_quadrature")
    for point, coarse in zip(points, stored, strict=True):
        fine = table.row(*point)
        for column, value in coarse.items():
            assert value == pytest.approx(fine[column], rel=making.REL_NUMERICAL), (point, column)


# Leading order against the LO column of the NLL-fast grids at 13 TeV (pb, three digits).  They are for CTEQ6L1, mu = m
# and alpha_s with five flavours, as here.


@pytest.mark.parametrize(
    ("pair", "m", "expected"),
    [
        *(("squark", m, x) for m, x in ((300.0, 5.30), (600.0, 0.102), (1000.0, 3.29e-3), (1500.0, 1.19e-4))),
        *(("gluino", m, x) for m, x in ((300.0, 267.0), (600.0, 4.80), (1000.0, 0.154), (1500.0, 6.14e-3))),
    ],
)
def test_pairs_at_leading_order(pair: str, m: float, expected: float) -> None:
    made = {"squark": making.squark_pair, "gluino": making.gluino_pair}[pair](13.0, m) / making.PB_TO_FB
    assert made == pytest.approx(expected, rel=0.01)


# The two grids of unequal masses are for five flavours of two chiralities, equal in mass.


@pytest.mark.parametrize(
    ("m_squark", "m_gluino", "expected"), [(500.0, 500.0, 40.6), (1000.0, 1500.0, 0.112), (1500.0, 1000.0, 0.152)]
)
def test_squark_gluino_at_leading_order(m_squark: float, m_gluino: float, expected: float) -> None:
    a = partons.alpha_s(0.5 * (m_squark + m_gluino))
    channels = [(21, sign * q, 1.0) for q in range(1, 6) for sign in (1, -1)]
    found = partons.fold(
        13.0, m_squark, m_gluino, channels, lambda s: 2.0 * coloured.qg_to_squark_gluino(s, m_squark, m_gluino, a)
    )
    assert found == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("m_squark", "m_gluino", "expected"), [(500.0, 500.0, 8.90), (1000.0, 1500.0, 0.270), (1500.0, 1000.0, 0.0364)]
)
def test_squark_squark_at_leading_order(m_squark: float, m_gluino: float, expected: float) -> None:
    a = partons.alpha_s(m_squark)

    def both(identical: bool) -> float:
        channels = [
            (sign * one, sign * two, 1.0)
            for one in range(1, 6)
            for two in range(one, 6)
            for sign in (1, -1)
            if (one == two) is identical
        ]

        def partonic(s: np.ndarray) -> np.ndarray:
            # LL + RR, and LR + RL, which has the form of a squark with another antisquark
            like = coloured.qq_to_like_squarks(s, m_squark, m_gluino, a, identical)
            return 2.0 * (like + coloured.qq_to_unlike_squarks(s, m_squark, m_gluino, a))

        return partons.fold(13.0, m_squark, m_squark, channels, partonic)

    assert both(True) + both(False) == pytest.approx(expected, rel=0.01)

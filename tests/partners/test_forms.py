"""Closed forms of the partners against integrals of differential ones, limits, and relations between multiplets."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad

from protomodels.xsec.constants import ALPHA, COS, M_Z, SIN, SIN2
from protomodels.xsec.make import coloured, electroweak

M, A = 500.0, 0.1
RATIOS = [1.001, 1.5, 10.0, 1000.0]
UP, DOWN = (0.5, 2 / 3), (-0.5, -1 / 3)


def over_t(s: float, integrand: Callable[[float, float], float]) -> float:
    """pi alpha_s^2 / s^2 times the integral over t of a function of t - m^2 and u - m^2."""
    half = 0.5 * s * math.sqrt(1.0 - 4.0 * M * M / s)
    # flat in the angle near the poles of t and u
    found = quad(lambda t: integrand(t, -s - t), -0.5 * s - half, -0.5 * s + half, epsabs=0.0, epsrel=1e-10, limit=200)
    return math.pi * A**2 / s**2 * found[0]


@pytest.mark.parametrize("ratio", RATIOS)
def test_quarks_are_their_integral(ratio: float) -> None:
    """Matrix elements of Combridge; tau = (m^2 - t) / s."""
    s = 4.0 * M * M * ratio
    rho = 1.0 / ratio

    def gluons(t: float, u: float) -> float:
        a, b = -t / s, -u / s
        return (1 / (6 * a * b) - 3 / 8) * (a * a + b * b + rho - rho**2 / (4 * a * b))

    def quarks(t: float, u: float) -> float:
        return 4 / 9 * ((t / s) ** 2 + (u / s) ** 2 + 0.5 * rho)

    at = np.array([s])
    assert coloured.gg_to_quarks(at, M, A)[0] == pytest.approx(over_t(s, gluons), rel=1e-6)
    assert coloured.qq_to_quarks(at, M, A)[0] == pytest.approx(over_t(s, quarks), rel=1e-6)


@pytest.mark.parametrize("ratio", RATIOS)
def test_scalars_of_any_colour_are_their_integral(ratio: float) -> None:
    """One kinematic factor; what depends on the representation are its Casimir operator and its dimension.

    The symmetric part of the colour is d (C^2 - C_A C / 4), the antisymmetric one d C C_A / 4, times ((t - u) / s)^2.
    """
    s = 4.0 * M * M * ratio

    def kinematics(t: float, u: float) -> float:
        return 1.0 + 2.0 * M**2 * (t + M**2) / t**2 + 2.0 * M**2 * (u + M**2) / u**2 + 4.0 * M**4 / (t * u)

    def complex_scalar(casimir: float, dimension: float) -> float:
        symmetric, antisymmetric = dimension * (casimir**2 - 3 * casimir / 4), dimension * casimir * 3 / 4
        return over_t(s, lambda t, u: (symmetric + antisymmetric * ((t - u) / s) ** 2) / 32 * kinematics(t, u))

    at = np.array([s])
    assert coloured.gg_to_squarks(at, M, A)[0] == pytest.approx(complex_scalar(4 / 3, 3), rel=1e-5)
    assert 2.0 * coloured.gg_to_octet_scalars(at, M, A)[0] == pytest.approx(complex_scalar(3, 8), rel=1e-5)
    # q qbar goes with the index of the representation: 3 over 1/2
    octet, triplet = 2.0 * coloured.qq_to_octet_scalars(at, M, A), coloured.qq_to_squarks(at, M, A)
    assert octet[0] == pytest.approx(6.0 * triplet[0])


def test_limits() -> None:
    """Threshold, in units of pi alpha_s^2 beta / m^2, and s far above m^2, in units of pi alpha_s^2 / s."""
    near, far = np.array([4.0 * M * M * (1.0 + 1e-8)]), np.array([1e8 * M * M])
    b = coloured.beta(near, M)[0]
    unit = math.pi * A**2 * b / M**2
    assert coloured.gg_to_quarks(near, M, A)[0] / unit == pytest.approx(7 / 192, rel=1e-4)
    assert coloured.qq_to_quarks(near, M, A)[0] / unit == pytest.approx(1 / 9, rel=1e-4)
    assert coloured.gg_to_octet_scalars(near, M, A)[0] / unit == pytest.approx(27 / 128, rel=1e-4)
    assert coloured.qq_to_octet_scalars(near, M, A)[0] / unit == pytest.approx(b * b / 18, rel=1e-4)
    unit = math.pi * A**2 / far[0]
    assert coloured.gg_to_quarks(far, M, A)[0] / unit == pytest.approx((math.log(1e8) - 7 / 4) / 3, rel=1e-6)
    assert coloured.qq_to_quarks(far, M, A)[0] / unit == pytest.approx(8 / 27, rel=1e-6)
    assert coloured.gg_to_octet_scalars(far, M, A)[0] / unit == pytest.approx(15 / 16, rel=1e-6)
    assert coloured.qq_to_octet_scalars(far, M, A)[0] / unit == pytest.approx(2 / 9, rel=1e-6)


@pytest.mark.parametrize("quark", [UP, DOWN])
@pytest.mark.parametrize(("isospin", "charge"), [(-0.5, -1.0), (0.0, -1.0), (0.5, 0.0)])
def test_vector_like_leptons_are_their_angular_integral(
    quark: tuple[float, float], isospin: float, charge: float
) -> None:
    """alpha^2 beta / (4 s) (1 + cos^2 + (1 - beta^2) sin^2) over the sphere; a third for colour, A^2 by helicity."""
    for s in (4.0 * M * M * ratio for ratio in RATIOS):
        b = math.sqrt(1.0 - 4.0 * M * M / s)
        z = s / (s - M_Z**2) / (SIN * COS) ** 2 * (isospin - charge * SIN2)
        a = [quark[1] * charge + (t - quark[1] * SIN2) * z for t in (quark[0], 0.0)]
        sphere = 2.0 * math.pi * quad(lambda c, b=b: 1 + c * c + (1 - b * b) * (1 - c * c), -1.0, 1.0)[0]
        expected = ALPHA**2 * b / (4.0 * s) * sphere / 3.0 * 0.5 * sum(x * x for x in a)
        found = electroweak.dirac_pair(np.array([s]), M, quark, (isospin, charge))[0]
        assert found == pytest.approx(expected, rel=1e-9)


@pytest.fixture
def pure_higgsinos(monkeypatch: pytest.MonkeyPatch) -> None:
    """X_Z1, X_Z3 and X_W2 as the two neutral higgsinos and the charged one."""
    mixing = importlib.import_module("protomodels.xsec.mixing")
    half = math.sqrt(0.5)
    monkeypatch.setitem(mixing.NEUTRAL, 1000022, (0.0, 0.0, half, -half))
    monkeypatch.setitem(mixing.NEUTRAL, 1000025, (0.0, 0.0, half, half))
    monkeypatch.setitem(mixing.CHARGED_U, 1000037, (0.0, 1.0))
    monkeypatch.setitem(mixing.CHARGED_V, 1000037, (0.0, 1.0))


@pytest.mark.usefixtures("pure_higgsinos")
@pytest.mark.parametrize("quark", [UP, DOWN])
def test_higgsinos_are_a_vector_like_lepton_doublet(quark: tuple[float, float]) -> None:
    s = np.array([1001.0, 1500.0, 5000.0]) ** 2
    charged = electroweak.chargino_pair(s, M, M, 1000037, 1000037, quark)
    assert charged == pytest.approx(electroweak.dirac_pair(s, M, quark, (-0.5, -1.0)))
    neutral = electroweak.neutralino_pair(s, M, M, 1000022, 1000025, quark)
    assert neutral == pytest.approx(electroweak.dirac_pair(s, M, quark, (0.5, 0.0)))


@pytest.mark.usefixtures("pure_higgsinos")
def test_each_higgsino_has_a_quarter_of_the_wino_at_any_masses() -> None:
    s = np.array([1201.0, 1500.0, 5000.0]) ** 2
    wino = electroweak.chargino_neutralino(s, 500.0, 700.0, 1000024, 1000023)
    for neutral in (1000022, 1000025):
        assert electroweak.chargino_neutralino(s, 500.0, 700.0, 1000037, neutral) == pytest.approx(0.25 * wino)

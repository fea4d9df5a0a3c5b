"""Reference cross sections of spectra: against the tables of proto-models, and against direct computation."""

from __future__ import annotations

import math
from importlib.util import find_spec

import numpy as np
import pytest

from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.production import cross_sections
from protomodels.spectrum import Spectrum, read_spectrum, to_spectrum
from protomodels.spectrum.reference import reference_sections, too_large
from protomodels.spectrum.reference.composition import Composition
from protomodels.spectrum.reference.currents import chargino_pairs, mixed_charginos, w_pairs, z_pairs
from protomodels.spectrum.reference.exchange import TOO_LARGE
from protomodels.spectrum.reference.look import Found, look
from protomodels.spectrum.reference.semiweak import gluino_pairs, squark_pairs
from protomodels.spectrum.reference.sleptons import slepton_pairs
from protomodels.xsec import TABLE_ENERGIES, mixing, reference_cross_sections
from protomodels.xsec.constants import ALPHA, COS, M_Z, SIN, SIN2, z_coupling

PROTO = Composition(
    {p: tuple((1.0j if mixing.MASS_SIGN[p] < 0 else 1.0) * x for x in row) for p, row in mixing.NEUTRAL.items()},
    {p: tuple(map(complex, (*mixing.CHARGED_U[p], *mixing.CHARGED_V[p]))) for p in mixing.CHARGED_U},
    {1000011: 1.0},
)
"""What the tables are made for."""


@pytest.mark.parametrize("order", ["NLO+NLL", "NNLO_approx+NNLL"])
@pytest.mark.parametrize("seed", range(3))
def test_general_formulas_give_the_tables_at_their_own_mixing(seed: int, order: str) -> None:
    rng = np.random.default_rng(seed)
    light = (1000022, 1000023, 1000025, 1000024, 1000037, 1000011, 1000012)
    masses = {pid: float(rng.uniform(100.0, 1500.0)) for pid in light}
    masses |= {pid: float(rng.uniform(400.0, 2200.0)) for pid in (1000001, 1000002, 1000003, 1000004, 1000021)}
    pairs, sigma = reference_cross_sections(masses, TABLE_ENERGIES, order)  # type: ignore[arg-type]
    known = dict(zip(pairs, sigma, strict=True))
    found: Found = {}
    for part in (w_pairs, z_pairs, mixed_charginos, chargino_pairs, squark_pairs, gluino_pairs, slepton_pairs):
        found |= part(masses, PROTO, order)  # type: ignore[operator]
    assert {
        pair for pair in known if not {abs(p) for p in pair} <= {1000001, 1000002, 1000003, 1000004, 1000021}
    } <= set(found)
    for pair in set(found) & set(known):
        np.testing.assert_allclose(found[pair], known[pair], rtol=3e-3, err_msg=str(pair))


@pytest.mark.skipif(find_spec("pythia8mc") is None, reason="parton densities come with the extra xsec")
@pytest.mark.parametrize("mass", [150.0, 500.0])
def test_mixed_sleptons_and_charginos_against_direct_computation(mass: float) -> None:
    from protomodels.xsec.make import electroweak
    from protomodels.xsec.make.tables import sum_over_quarks

    def scalars(s: np.ndarray, quark: tuple[float, float], z: float) -> np.ndarray:  # type: ignore[type-arg]
        both = (z_coupling(*quark), z_coupling(0.0, quark[1]))
        total = sum((-quark[1] + g * z * s / (s - M_Z**2)) ** 2 for g in both)
        momentum = np.sqrt(np.maximum(1.0 - 4.0 * mass**2 / s, 0.0))
        return np.asarray(math.pi * ALPHA**2 / (9.0 * s) * momentum**3 * 0.5 * total)

    for part in (0.0, 0.4):
        z = z_coupling(-0.5 * part, -1.0)
        direct = sum_over_quarks(13.0, mass, mass, lambda s, q, z=z: scalars(s, q, z))  # type: ignore[misc]
        ours = slepton_pairs({2000015: mass}, Composition({}, {}, {2000015: part}), "NLO+NLL")[-2000015, 2000015][1]
        assert ours / look("slepton", "NLO+NLL", [(mass,)]).k["slepton"][0, 1] == pytest.approx(direct, rel=5e-3)
    u, v = (0.6, 0.8), (0.8, 0.6)
    left, right = ((x[0] ** 2 + 0.5 * x[1] ** 2 - SIN2) / (SIN * COS) for x in (v, u))
    direct = sum_over_quarks(
        13.0, mass, mass, lambda s, q: electroweak._neutral_current(s, mass, mass, left, right, 1.0, 1.0, q)
    )
    made = Composition({}, {1000024: tuple(map(complex, (*u, *v)))}, {})
    winos, higgsinos = (look(f"X_W{i}_pair", "NLO+NLL", [(mass,)]).k["pair"][0, 1] for i in (1, 2))
    ours = chargino_pairs({1000024: mass}, made, "NLO+NLL")[-1000024, 1000024][1] / (0.5 * winos + 0.5 * higgsinos)
    assert ours == pytest.approx(direct, rel=5e-3)


def test_spectrum_of_a_proto_model_has_its_cross_sections() -> None:
    masses = {1000022: 100.0, 1000023: 300.0, 1000024: 310.0, 1000006: 700.0, 1000001: 900.0, 1000021: 1200.0}
    masses |= {1000011: 250.0, 1000012: 240.0, 1000015: 260.0}
    decays = {pid: {(1000022, 1): 1.0} if pid == 1000001 else {} for pid in masses}
    channels = {1000023: (1000022, 23), 1000024: (1000022, 24), 1000006: (1000022, 6), 1000021: (1000001, 1)}
    channels |= {1000011: (1000022, 11), 1000012: (1000022, 12), 1000015: (1000022, 15)}
    model = ProtoModel(masses, {p: d for p, d in decays.items() if d} | {p: {c: 1.0} for p, c in channels.items()})
    expected = cross_sections(model)
    found, missing = reference_sections(to_spectrum(model))
    assert found.pairs == expected.pairs
    np.testing.assert_allclose(found.sigma, expected.sigma, rtol=1e-9)
    assert (1000001, 1000001) not in missing


def _spectrum(masses: str, mixing: str = "") -> str:
    return f"BLOCK MASS\n{masses}{mixing}"


def test_chirality_does_not_matter_to_the_strong_force() -> None:
    text = " 1000001 900\n 2000001 900\n 1000021 1200\n 2000006 700\n 1000005 700\n"
    found, missing = reference_sections(read_spectrum(_spectrum(text)))
    sigma = dict(zip(found.pairs, found.sigma[:, 1].tolist(), strict=True))
    assert sigma[-1000001, 1000001] == sigma[-2000001, 2000001] > 0.0
    assert sigma[1000001, 1000021] == sigma[1000021, 2000001] > 0.0
    assert sigma[1000001, 1000001] == sigma[2000001, 2000001] > 0.0
    assert sigma[-2000006, 2000006] == sigma[-1000005, 1000005] > 0.0
    assert missing == ((1000001, 2000001),)


def test_right_handed_sleptons_cost_less() -> None:
    """At 13 TeV, about 0.4 of left-handed ones; a stau that is all left-handed is one."""
    mix = "BLOCK STAUMIX\n 1 1 1.0\n 1 2 0.0\n 2 1 0.0\n 2 2 1.0\n"
    text = " 1000011 300\n 2000011 300\n 1000015 300\n 2000015 300\n 1000016 300\n"
    found, _ = reference_sections(read_spectrum(_spectrum(text, mix)))
    sigma = dict(zip(found.pairs, found.sigma[:, 1].tolist(), strict=True))
    assert 0.3 < sigma[-2000011, 2000011] / sigma[-1000011, 1000011] < 0.45
    assert sigma[-1000015, 1000015] == pytest.approx(sigma[-1000011, 1000011])
    assert sigma[-2000015, 2000015] == pytest.approx(sigma[-2000011, 2000011])
    assert (-1000016, 2000015) not in sigma and (-1000015, 1000016) in sigma


def test_pure_states_of_mixing_matrices() -> None:
    """A wino pair as the table has it; two higgsinos of opposite sign through a Z; a bino with nothing."""
    half = math.sqrt(0.5)
    mixing_text = "BLOCK NMIX\n 1 1 1.0\n 2 2 1.0\n"
    mixing_text += f" 3 3 {half}\n 3 4 {half}\n 4 3 {half}\n 4 4 {-half}\n"
    mixing_text += "BLOCK UMIX\n 1 1 1.0\n 2 2 1.0\nBLOCK VMIX\n 1 1 1.0\n 2 2 1.0\n"
    text = " 1000022 100\n 1000023 300\n 1000024 300\n 1000025 -500\n 1000035 505\n 1000037 502\n"
    found, missing = reference_sections(read_spectrum(_spectrum(text, mixing_text)))
    sigma = dict(zip(found.pairs, found.sigma[:, 1].tolist(), strict=True))
    winos, table = reference_cross_sections({1000022: 100.0, 1000023: 300.0, 1000024: 300.0}, [13.0])
    assert sigma[1000023, 1000024] == pytest.approx(dict(zip(winos, table[:, 0], strict=True))[1000023, 1000024])
    assert sigma[1000022, 1000024] < 1e-9 * sigma[1000023, 1000024]
    assert sigma[1000025, 1000035] > 100.0 * sigma[1000025, 1000025]
    assert not missing


@pytest.mark.parametrize("seed", range(3))
def test_sums_over_states_of_one_mass_do_not_know_their_mixing(seed: int) -> None:
    """Mixing matrices are unitary: with equal masses the sum over all pairs of a current is that of unmixed states."""
    rng = np.random.default_rng(seed)
    neutralinos, charginos = (1000022, 1000023, 1000025, 1000035), (1000024, 1000037)
    masses = dict.fromkeys((*neutralinos, *charginos), 300.0)

    def sums(n: np.ndarray, u: np.ndarray) -> list[np.ndarray]:
        neutral = {pid: tuple(map(complex, row)) for pid, row in zip(neutralinos, n, strict=True)}
        charged = {pid: tuple(map(complex, (*row, *row))) for pid, row in zip(charginos, u, strict=True)}
        made = Composition(neutral, charged, {})
        w = w_pairs(masses, made, "NLO+NLL")
        parts = [
            mixed_charginos(masses, made, "NLO+NLL") | chargino_pairs(masses, made, "NLO+NLL"),
            z_pairs(masses, made, "NLO+NLL"),
            {pair: sigma for pair, sigma in w.items() if min(pair) > 0},
            {pair: sigma for pair, sigma in w.items() if min(pair) < 0},
        ]
        return [np.sum(list(part.values()), axis=0) for part in parts]

    orthogonal = [np.linalg.qr(rng.normal(size=(size, size)))[0] for size in (4, 2)]
    for mixed, pure in zip(sums(*orthogonal), sums(np.eye(4), np.eye(2)), strict=True):
        np.testing.assert_allclose(mixed, pure, rtol=1e-3)


def test_a_higgsino_pair_has_a_quarter_of_winos_through_a_w() -> None:
    """Haber and Kane's couplings: g for winos, g / 2 for each higgsino, of either sign of its mass."""
    masses, r = {1000022: 300.0, 1000023: 300.0, 1000025: 300.0, 1000024: 300.0, 1000037: 300.0}, math.sqrt(0.5)
    neutral: dict[int, tuple[complex, ...]] = {1000022: (0, 0, r, -r), 1000023: (0, 0, 1j * r, 1j * r)}
    neutral[1000025] = (0, 1, 0, 0)
    charged: dict[int, tuple[complex, ...]] = {1000024: (0, 1, 0, 1), 1000037: (1, 0, 1, 0)}
    found = w_pairs(masses, Composition(neutral, charged, {}), "NLO+NLL")
    for sign in (1, -1):
        wino = found[min(sign * 1000037, 1000025), max(sign * 1000037, 1000025)]
        for higgsino in (1000022, 1000023):
            pair = (min(sign * 1000024, higgsino), max(sign * 1000024, higgsino))
            np.testing.assert_allclose(found[pair], 0.25 * wino, rtol=1e-9)


def test_what_has_no_table() -> None:
    text = " 1000022 100\n 1000023 300\n 1000035 305\n 35 500\n 36 500\n 1000039 1E-9\n 1000021 5000\n"
    found, missing = reference_sections(read_spectrum(_spectrum(text)))
    assert found.pairs == ()
    assert {(1000022, 1000023), (1000035, 1000035), (0, 35), (35, 36)} <= set(missing)
    assert not any(1000021 in pair for pair in missing)
    with pytest.raises(ConfigError, match="sqrts"):
        reference_sections(read_spectrum(_spectrum(text)), [14.0])


WINOS = """
BLOCK MASS
 1000022 100
 1000023 {wino}
 1000024 {wino}
 1000025 2000
 1000035 2000
 1000037 2000
 1000001 {down}
 1000002 {up}
 2000002 {right}
BLOCK NMIX
 1 {bino} 1
 2 {neutral} 1
 3 3 1
 4 4 1
BLOCK UMIX
 1 1 1
 2 2 1
BLOCK VMIX
 1 1 1
 2 2 1
"""


def winos(**changes: float) -> Spectrum:
    """Winos of 400 GeV beside squarks, a bino and higgsinos."""
    values = {"wino": 400.0, "down": 1200.0, "up": 1300.0, "right": 450.0, "bino": 1, "neutral": 2, **changes}
    return read_spectrum(WINOS.format(**values))


def test_winos_beside_squarks_are_found() -> None:
    spectrum = winos()
    found = too_large(spectrum, reference_sections(spectrum)[0])
    assert {one.pair for one in found} == {(1000023, 1000024), (1000024, 1000024)}
    assert all(one.squark == 1000001 and one.factor == pytest.approx(2.0) for one in found)  # three times as heavy
    near = winos(up=900.0)
    assert {(one.squark, round(one.factor, 2)) for one in too_large(near, reference_sections(near)[0])} == {
        (1000002, 3.3)
    }
    for far in (winos(down=2100.0, up=2100.0), winos(bino=2, neutral=1, down=2100.0, up=2100.0)):
        assert too_large(far, reference_sections(far)[0]) == ()
    bino = winos(bino=2, neutral=1)  # X_Z2 is the bino: squarks hardly matter for it
    assert {one.pair for one in too_large(bino, reference_sections(bino)[0])} == {
        (1000022, 1000024),
        (1000024, 1000024),
    }
    assert too_large(spectrum, reference_sections(spectrum)[0], least=1e4) == ()


@pytest.mark.skipif(find_spec("pythia8mc") is None, reason="parton densities come with the extra xsec")
@pytest.mark.parametrize(("ratio", "factor"), TOO_LARGE)
def test_by_how_much_winos_are_too_large(ratio: float, factor: float) -> None:
    """The amplitudes of hep-ph/9906298 in the SU(2) limit, by quadrature in the angle, folded with partons."""
    from protomodels.xsec.make.partons import fold
    from protomodels.xsec.make.tables import W_MINUS, W_PLUS

    wino = 500.0
    angle = np.linspace(-1.0, 1.0, 2001)

    def sigma(s: np.ndarray, heavy: float) -> np.ndarray:  # type: ignore[type-arg]
        energy = s[:, None]
        beta = np.sqrt(np.maximum(1.0 - 4.0 * wino**2 / energy, 0.0))
        t, u = (wino**2 - 0.5 * energy * (1.0 - sign * beta * angle) for sign in (1.0, -1.0))
        a, b = (1.0 / energy - 0.5 / (heavy**2 - x) for x in (t, u))
        squares = (b * (u - wino**2)) ** 2 + (a * (t - wino**2)) ** 2 + 2.0 * a * b * wino**2 * energy
        return np.asarray(np.trapezoid(squares, angle, axis=1) * beta[:, 0] / s)

    channels = (*W_PLUS, *W_MINUS)
    decoupled, near = (
        fold(13.0, wino, wino, channels, lambda s, m=m: sigma(s, m))  # type: ignore[misc]
        for m in (1e6, ratio * wino)
    )
    assert decoupled / near == pytest.approx(factor, abs=0.051)

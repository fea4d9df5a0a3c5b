"""Cross sections of partners against published ones, and the grids against what they were made with."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from protomodels.errors import ConfigError, ModelError
from protomodels.partners import candidates_of, grids, partner_cross_sections
from protomodels.xsec.splines import TABLE_ENERGIES

X_T1, X_E, X_W1, X_W2, X_Z1, X_Z2, X_Z3, X_G = 1000006, 1000011, 1000024, 1000037, 1000022, 1000023, 1000025, 1000021
T, G, E, C, CN, N = (X_T1, X_T1), (X_G, X_G), (X_E, X_E), (X_W1, X_W1), (X_Z3, X_W2), (X_Z1, X_Z3)
VLQ, RIGHT = "vector-like quark", "right-handed slepton (scalar singlet)"
HIGGSINO, HIGGSINOS = (
    "higgsino or vector-like lepton (fermion doublet)",
    "both higgsinos or vector-like lepton (fermion doublet)",
)
WINO, ONE = "wino (fermion triplet)", "one higgsino (half of a fermion doublet)"

PUBLISHED = [
    # top quarks, LHC top working group: NNLO+NNLL, m_t = 172.5 GeV; K is taken from those at 13 TeV
    (13.0, T, VLQ, 172.5, 831.76e3, 0.005),
    (13.6, T, VLQ, 172.5, 923.6e3, 0.02),
    (8.0, T, VLQ, 172.5, 252.89e3, 0.08),
    # vector-like T, NNLO+NNLL of Top++ 2.0 as CMS quotes it (arXiv:1805.04758)
    *((13.0, T, VLQ, m, s, 0.01) for m, s in ((700.0, 455.0), (1000.0, 44.0), (1500.0, 2.0), (1800.0, 0.391))),
    # NNLO_approx+NNLL of NNLL-fast (arXiv:1607.07741)
    (13.0, T, "one squark", 1000.0, 6.83, 0.01),
    (13.0, G, "gluino (Majorana octet)", 1000.0, 385.0, 0.01),
    # LHC SUSY cross section working group, NLO+NLL
    *((13.0, E, RIGHT, m, s, 0.02) for m, s in ((200.0, 8.372), (500.0, 0.1901), (1000.0, 4.326e-3))),
    *((13.0, C, HIGGSINO, m, s, 0.03) for m, s in ((100.0, 2883.67), (300.0, 52.569), (1000.0, 0.182305))),
    *((13.0, N, HIGGSINOS, m, s, 0.02) for m, s in ((100.0, 3277.01), (300.0, 50.9994), (1000.0, 0.16428))),
    # the reference has K of winos
    *((13.0, CN, ONE, m, s, 0.10) for m, s in ((100.0, 5325.95), (300.0, 90.8167), (1000.0, 0.311324))),
    *((13.0, CN, WINO, m, s, 0.02) for m, s in ((300.0, 386.936), (1000.0, 1.34352))),
]


@pytest.mark.parametrize(("sqrts", "pids", "name", "mass", "expected", "tolerance"), PUBLISHED)
def test_published_figures(
    sqrts: float, pids: tuple[int, int], name: str, mass: float, expected: float, tolerance: float
) -> None:
    assert partner_cross_sections(pids, (mass, mass), sqrts)[name] == pytest.approx(expected, rel=tolerance)


def test_multiplicities() -> None:
    found = partner_cross_sections((1000001, 1000001), (800.0, 800.0))
    one = found["one squark"]
    assert found["eight squarks (four flavours, two chiralities)"] == pytest.approx(8.0 * one)
    assert found["both squarks of one flavour"] == pytest.approx(2.0 * one)
    assert found["Dirac gluino"] == pytest.approx(2.0 * found["gluino (Majorana octet)"])
    assert found["complex scalar octet"] == pytest.approx(2.0 * found["real scalar octet"])
    sleptons = partner_cross_sections(E, (300.0, 300.0))
    both = sleptons["left-handed slepton (scalar doublet)"] + sleptons[RIGHT]
    assert sleptons["all sleptons of three flavours"] == pytest.approx(3.0 * both)


def test_a_fermion_is_made_more_often_than_a_scalar_of_its_colour_and_isospin() -> None:
    for mass in (100.0, 400.0, 1000.0, 2400.0):
        coloured = partner_cross_sections(G, (mass, mass))
        assert coloured[VLQ] > 5.0 * coloured["one squark"]
        assert coloured["gluino (Majorana octet)"] > 4.0 * coloured["real scalar octet"]
        charged = partner_cross_sections(C, (mass, mass))
        assert charged[HIGGSINO] > 4.0 * charged["left-handed slepton (scalar doublet)"]
        assert charged["vector-like lepton (fermion singlet)"] > 4.0 * charged[RIGHT]


def test_candidates_of_a_chargino_hold_no_flavours_and_a_squark_with_a_gluino_has_none() -> None:
    assert not [c for c in candidates_of(C) if "flavours" in c.name]
    assert [c for c in candidates_of(E) if "flavours" in c.name]
    with pytest.raises(ModelError, match="X_d X_g"):
        candidates_of((1000001, X_G))


def test_an_energy_without_a_grid_is_refused() -> None:
    with pytest.raises(ConfigError, match="14"):
        grids.value("octet_scalar", 500.0, 14.0)


def test_grids_are_frozen_at_their_ends() -> None:
    assert grids.value("right_slepton", 20.0, 13.0) == pytest.approx(grids.value("right_slepton", 80.0, 13.0))
    assert grids.value("octet_scalar", 20.0, 13.0) != pytest.approx(grids.value("octet_scalar", 80.0, 13.0))


NEEDS_DENSITIES = pytest.mark.skipif(
    find_spec("pythia8mc") is None, reason="parton densities are not at hand: they come with the extra xsec"
)


@NEEDS_DENSITIES
@pytest.mark.parametrize("column", [column for columns in grids.GRIDS.values() for column in columns])
def test_between_the_nodes(column: str) -> None:
    from protomodels.partners.make import COLUMNS

    for e in TABLE_ENERGIES:
        for mass in (91.0, 333.0, 1234.0, 2222.0):
            assert grids.value(column, mass, e) == pytest.approx(COLUMNS[column](e, mass), rel=3e-3), (e, mass)


@NEEDS_DENSITIES
@pytest.mark.parametrize("name", grids.GRIDS)
def test_the_grids_come_out_as_they_stand(name: str) -> None:
    from protomodels.partners.make import lines_of

    assert (grids.FOLDER / f"{name}.csv").read_text().splitlines() == lines_of(name)

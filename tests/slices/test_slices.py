"""Spectra of slices: their masses, widths and cross sections, beside limits that are known by hand."""

from __future__ import annotations

import csv
import tarfile
from pathlib import Path

import numpy as np
import pytest

from protomodels.channels import quantum_numbers
from protomodels.errors import ConfigError
from protomodels.slices import SLICES, point_of, random_points
from protomodels.slices.constants import ALPHA_S, MH, MT, MW, WIDTH_W, G
from protomodels.slices.electroweak import ino_widths
from protomodels.slices.files import points_of_table, write_points
from protomodels.slices.inos import inos, w_couplings, z_neutral
from protomodels.slices.strong import LEFT, RIGHT, Coloured, strong_widths
from protomodels.slices.widths import scalar_to_fermions, three_bodies, to_higgs, to_vector, to_virtual
from protomodels.spectrum import spectrum_of

CHARGES = {1: -1, 2: 2, 3: -1, 4: 2, 5: -1, 6: 2, 11: -3, 12: 0, 13: -3, 14: 0, 15: -3, 16: 0, 23: 0, 24: 3, 25: 0}


def charge(pid: int) -> int:
    """Three times the charge; of squarks of either handedness alike."""
    bare = abs(pid)
    own = CHARGES[bare] if bare < 100 else quantum_numbers(1000000 + bare % 1000000)[0] if bare != 1000035 else 0
    return own if pid > 0 else -own


@pytest.mark.parametrize("kind", sorted(SLICES))
def test_points_are_whole_spectra(kind: str) -> None:
    points = list(random_points(kind, 12, seed=4))
    assert len(points) == 12
    for point in points:
        spectrum = spectrum_of(point.slha, point.name)
        assert not spectrum.notes
        lightest = min(spectrum.particles.values(), key=lambda particle: particle.mass)
        assert lightest.pid == 1000022 and lightest.width == 0.0
        assert spectrum.sections is not None and spectrum.sections.sqrts == (8.0, 13.0)
        assert (spectrum.sections.sigma >= 0.0).all() and len(spectrum.sections.pairs) > 5
        for pid, particle in spectrum.particles.items():
            decays = spectrum.decays.get(pid, ())
            if pid == 1000022:
                assert not decays
                continue
            assert particle.width > 1e-11
            assert sum(decay.ratio for decay in decays) == pytest.approx(1.0, abs=1e-3)
            for decay in decays:
                assert sum(map(charge, decay.daughters)) == charge(pid)
                new = [abs(own) for own in decay.daughters if abs(own) in spectrum.particles]
                assert len(new) == 1 and spectrum.particles[new[0]].mass < particle.mass


def test_seeds_make_points() -> None:
    first, second = (list(random_points("strong", n, seed=8)) for n in (5, 3))
    assert first[:3] == second
    assert first[0].slha != next(random_points("strong", 1, seed=9)).slha
    again = point_of("strong", first[1].parameters, first[1].name)
    assert again == first[1]


def test_pure_states() -> None:
    own = inos(100.0, 2000.0, 5000.0, 10.0)
    assert own.n[0, 0] ** 2 > 0.999 and own.charged[0] == pytest.approx(2000.0, abs=5.0)
    assert np.prod(own.charged) == pytest.approx(abs(2000.0 * 5000.0 - MW**2 * np.sin(2.0 * own.beta)))
    assert own.neutral.sum() == pytest.approx(2100.0)  # the trace
    higgsino = inos(3000.0, 3000.0, 200.0, 10.0)
    assert 0.0 < higgsino.charged[0] - abs(higgsino.neutral[0]) < 3.0
    for matrix in (own.n, own.u, own.v):
        assert np.allclose(matrix @ matrix.T, np.eye(len(matrix)))
    wino, _ = w_couplings(inos(3000.0, 300.0, 3000.0, 10.0))
    assert abs(wino[0, 0]) == pytest.approx(G, rel=0.01)
    assert np.allclose(z_neutral(own)[0], z_neutral(own)[0].T)


def test_a_heavy_wino_decays_by_thirds() -> None:
    """Goldstone's theorem: a wino far above the higgsinos gives them W, Z and h alike."""
    own = inos(5000.0, 3000.0, 300.0, 20.0)
    widths = ino_widths(own)[1000025]
    shares: dict[int, float] = {}
    for daughters, width in widths.items():
        boson = abs(next(pid for pid in daughters if abs(pid) in (23, 24, 25)))
        shares[boson] = shares.get(boson, 0.0) + width / sum(widths.values())
    assert shares[24] == pytest.approx(0.5, abs=0.02)
    assert shares[23] == pytest.approx(0.25, abs=0.02) and shares[25] == pytest.approx(0.25, abs=0.02)


def test_virtual_bosons() -> None:
    r"""As beta decay: G_F^2 gap^5 (g_V^2 + 3 g_A^2) / (60 pi^3), in couplings and the width of the boson."""
    gap, strength = 2.0, 0.1
    vector = strength**2 * gap**5 * WIDTH_W / (5.0 * np.pi**2 * MW**5)
    boson = (MW, WIDTH_W)
    assert to_virtual(500.0, 500.0 - gap, boson, strength, strength) == pytest.approx(vector, rel=0.02)
    assert to_virtual(500.0, 500.0 - gap, boson, strength, -strength) == pytest.approx(3.0 * vector, rel=0.02)
    assert to_virtual(500.0, gap - 500.0, boson, strength, strength) == pytest.approx(3.0 * vector, rel=0.02)
    assert to_virtual(100.0, 100.0, boson, 0.3, 0.2) == 0.0
    # a wide boson far above its threshold is a real one
    wide = (MW, 20.0)
    assert to_virtual(1500.0, 100.0, wide, 0.3, 0.2) == pytest.approx(to_vector(1500.0, 100.0, MW, 0.3, 0.2), rel=0.3)


def test_two_bodies_by_hand() -> None:
    assert scalar_to_fermions(1000.0, 0.0, 0.0, 0.5, 0.0) == pytest.approx(0.25 * 1000.0 / (16.0 * np.pi))
    assert scalar_to_fermions(200.0, MT, 100.0, 0.5, 0.5) == 0.0
    assert to_higgs(1000.0, 1e-9, 1e-9, 0.3, 0.3) == pytest.approx(0.09 * 1000.0 / (16.0 * np.pi))
    assert to_higgs(200.0, 100.0, MH, 0.3, 0.3) == 0.0
    assert three_bodies(1000.0, 2000.0, 1e-3, 0.0, 1.0) == pytest.approx(1000.0**5 / 2000.0**4)
    assert three_bodies(1000.0, 2000.0, 700.0, 2.0 * MT, 1.0) == 0.0


def test_squarks_and_gluinos() -> None:
    own = inos(100.0, 300.0, 3000.0, 10.0)
    widths = strong_widths(Coloured(3000.0, 1000.0, 1000.0, 1500.0, 1500.0, 0.0), own)
    right, left = widths[2000002], widths[1000002]
    assert right[1000022, 2] / sum(right.values()) > 0.99  # to the bino alone
    assert left[1000024, 1] / left[1000023, 2] == pytest.approx(2.0, rel=0.05)  # isospin
    # (2 Q tan)^2: right-handed ups couple to the bino four times as often as downs
    assert right[1000022, 2] / widths[2000001][1000022, 1] == pytest.approx(4.0, rel=0.01)
    to_squark = ALPHA_S / 8.0 * 3000.0 * (1.0 - 1.0 / 9.0) ** 2
    assert widths[1000021][1000001, -1] == pytest.approx(to_squark)
    assert set(widths[1000021]) == {
        (sign * pid, -sign * quark)
        for sign in (1, -1)
        for pid, quark in ({**LEFT, **RIGHT, 1000005: 5, 1000006: 6}).items()
    }
    light = strong_widths(Coloured(800.0, 2000.0, 2000.0, 1900.0, 1900.0, 0.0), own)[1000021]
    assert all(len(daughters) == 3 for daughters in light) and (1000022, -6, 6) in light


def test_files_and_tables(tmp_path: Path) -> None:
    points = list(random_points("electroweak", 3, seed=1))
    n, table = write_points(points, tmp_path / "folder")
    assert n == 3 and (tmp_path / "folder" / points[0].name).read_text() == points[0].slha
    again = list(points_of_table("electroweak", table))
    assert again == points
    n, other = write_points(points, tmp_path / "points.tar.gz")
    with tarfile.open(tmp_path / "points.tar.gz") as archive:
        assert archive.getnames() == [point.name for point in points]
    with other.open(newline="") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    assert names[0] == f"{tmp_path / 'points.tar.gz'}::{points[0].name}"
    with pytest.raises(ConfigError, match="--to"):
        write_points(points, tmp_path / "points.tar.zst")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("M1,M2,mu\n1,2,3\n", "without tan_beta"),
        ("M1,M2,mu,tan_beta\n100,200,300,x\n", "row 1"),
        ("M1,M2,mu,tan_beta\n100,200,300\n", "row 1"),
        ("M1,M2,mu,tan_beta\n100,200,-99,10\n", "mu: got"),
        ("M1,M2,mu,tan_beta\n100,200,300,nan\n", "tan_beta: got"),
    ],
)
def test_broken_tables_of_parameters(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(ConfigError, match=said):
        list(points_of_table("electroweak", tmp_path / "t.csv"))


def test_no_such_slice(tmp_path: Path) -> None:
    for make in (lambda: next(random_points("weak", 1)), lambda: list(points_of_table("weak", tmp_path / "gone"))):
        with pytest.raises(ConfigError, match="slice: got weak"):
            make()
    with pytest.raises(ConfigError, match="n, seed"):
        next(random_points("strong", 1, seed=-1))
    with pytest.raises(ConfigError, match="readable"):
        list(points_of_table("strong", tmp_path / "gone"))

"""The look-up of reference cross sections: against published numbers, and what a table must never do."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

from protomodels.channels import quantum_numbers
from protomodels.errors import ConfigError, ModelError
from protomodels.particles import PARTICLES, Particle
from protomodels.xsec import TABLE_ENERGIES, production_pairs, reference_cross_sections, relative_errors
from protomodels.xsec.processes import LISTED, processes
from protomodels.xsec.splines import ERRORS, FOLDER, MASSES, load

EVERYTHING = frozenset(PARTICLES)
X_D, X_U, X_T, X_G, X_Z1, X_Z2, X_Z3, X_W1, X_W2 = (
    1000001,
    1000002,
    1000006,
    1000021,
    1000022,
    1000023,
    1000025,
    1000024,
    1000037,
)


def sigma(masses: dict[int, float], sqrts: float = 13.0) -> dict[tuple[int, int], float]:
    """fb by pair."""
    pairs, values = reference_cross_sections(masses, [sqrts])
    return dict(zip(pairs, values[:, 0].tolist(), strict=True))


# Stops, gluinos: NLL-fast.  K is its own, so the ratio is that of the leading orders, see test_xsec_make.py; figures
# have three digits.  X_d is one of ten squarks of NLL-fast.  X_t at 1166 GeV has a test of its own.
# Electroweak pairs: K was fitted to these very numbers, so only the splines and the rounding of K are tested.
FIGURES = [
    pytest.param({X_D: 735.0}, 48.8, 0.01, id="X_d-735"),
    *(
        pytest.param({X_T: m}, value, 0.01, id=f"stop-{m:.0f}")
        for m, value in ((300.0, 8160.0), (600.0, 172.0), (1000.0, 6.04), (1500.0, 0.251))
    ),
    *(
        pytest.param({X_G: m}, value, 0.01, id=f"gluino-{m:.0f}")
        for m, value in ((300.0, 444e3), (600.0, 9070.0), (1000.0, 320.0), (1500.0, 13.9))
    ),
    *(
        pytest.param({1000011: m}, value, 0.01, id=f"slepton-{m:.0f}")
        for m, value in ((300.0, 4.62), (600.0, 0.200), (1000.0, 0.011))
    ),
]


@pytest.mark.parametrize(("masses", "expected", "tolerance"), FIGURES)
def test_published_pairs(masses: dict[int, float], expected: float, tolerance: float) -> None:
    (pid,) = masses
    assert sigma(masses)[(pid if pid == X_G else -pid, pid)] == pytest.approx(expected, rel=tolerance)


def test_stops_at_1166_gev_follow_nll_fast_and_miss_the_published_band() -> None:
    """The band is 2.05 to 2.18 fb; ours is 4.7% below it, where NLL-fast's neighbouring nodes put it."""
    nodes = {1150.0: 2.16, 1200.0: 1.56}  # NLL-fast, fb
    for m, value in nodes.items():
        assert sigma({X_T: m})[(-X_T, X_T)] == pytest.approx(value, rel=0.01)
    between = math.exp(np.interp(math.log(1166.0), np.log(list(nodes)), np.log(list(nodes.values()))))
    found = sigma({X_T: 1166.0})[(-X_T, X_T)]
    assert found == pytest.approx(between, rel=0.01)
    assert 0.94 * 2.05 < found < 2.05


@pytest.mark.parametrize(("m", "expected"), [(300.0, 403.0), (600.0, 20.7), (1000.0, 1.38), (1500.0, 0.087)])
def test_published_wino_pairs(m: float, expected: float) -> None:
    found = sigma({X_W1: m, X_Z2: m})
    assert found[(X_Z2, X_W1)] + found[(-X_W1, X_Z2)] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("sqrts", TABLE_ENERGIES)
def test_finite_and_positive_everywhere(sqrts: float) -> None:
    rng = np.random.default_rng(1)
    ladders = [np.full(len(EVERYTHING), m) for m in (10.0, 80.0, 300.0, 2400.0)]
    ladders += [np.exp(rng.uniform(math.log(10.0), math.log(2400.0), len(EVERYTHING))) for _ in range(200)]
    for masses in ladders:
        pairs, values = reference_cross_sections(dict(zip(sorted(EVERYTHING), masses.tolist(), strict=True)), [sqrts])
        assert values.shape == (len(pairs), 1)
        assert np.isfinite(values).all() and (values > 0.0).all()


def test_more_energy_gives_more() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        masses = dict(zip(sorted(EVERYTHING), rng.uniform(100.0, 2400.0, len(EVERYTHING)).tolist(), strict=True))
        _, values = reference_cross_sections(masses, TABLE_ENERGIES)
        assert (np.diff(values, axis=1) > 0.0).all()


def test_pairs_are_sorted_and_unique() -> None:
    pairs, _ = reference_cross_sections(dict.fromkeys(EVERYTHING, 500.0), [13.0])
    assert list(pairs) == sorted(set(pairs))
    assert all(a <= b for a, b in pairs)
    assert {abs(p) for pair in pairs for p in pair} == EVERYTHING
    assert not any(PARTICLES[-p].self_conjugate for pair in pairs for p in pair if p < 0)


def test_the_order_of_the_particles_and_the_rest_of_the_model_do_not_matter() -> None:
    masses = {p: 300.0 + 20.0 * i for i, p in enumerate(sorted(EVERYTHING))}
    everything = sigma(masses)
    assert everything == sigma(dict(reversed(masses.items())))
    few = sigma({p: masses[p] for p in (X_D, X_G, X_Z1)})
    # a gluino with a neutralino is made through whatever squarks there are
    assert few.pop((X_G, X_Z1)) < everything[X_G, X_Z1]
    assert set(few.items()) <= set(everything.items())


def test_antiparticles_are_as_frequent_where_the_sea_is_symmetric() -> None:
    found = sigma({1000003: 700.0, 1000004: 800.0, X_G: 900.0, X_Z1: 100.0})
    for pair in ((1000003, X_G), (1000004, X_G), (1000003, X_Z1), (1000003, 1000003), (1000003, 1000004)):
        a, b = pair
        mirrored = tuple(sorted((-a, b if PARTICLES[b].self_conjugate else -b)))
        assert found[tuple(sorted(pair))] == pytest.approx(found[mirrored], rel=1e-4)


def test_lepton_families_are_alike() -> None:
    charged, neutral = (1000011, 1000013, 1000015), (1000012, 1000014, 1000016)
    masses = {1000011: 250.0, 1000012: 330.0}
    first = sigma(masses)
    for other, sneutrino in zip(charged[1:], neutral[1:], strict=True):
        name = {1000011: other, 1000012: sneutrino}
        relabelled = sigma({name[p]: m for p, m in masses.items()})
        expected = {tuple(math.copysign(1, p) * name[abs(p)] for p in pair): value for pair, value in first.items()}
        assert relabelled == expected


def test_unknown_energies_are_refused() -> None:
    with pytest.raises(ConfigError, match="sqrts"):
        reference_cross_sections({X_D: 500.0}, [13.0, 7.0])
    with pytest.raises(ConfigError):
        relative_errors({X_D: 500.0}, [14.0])


def test_energies_come_in_the_order_asked() -> None:
    masses = {X_D: 500.0, X_G: 900.0, X_Z1: 100.0}
    _, values = reference_cross_sections(masses, [13.6, 8.0, 13.0])
    for i, e in enumerate((13.6, 8.0, 13.0)):
        assert values[:, i].tolist() == list(sigma(masses, e).values())


def test_no_particle_alone_has_no_pairs() -> None:
    pairs, values = reference_cross_sections({X_Z1: 100.0}, [8.0, 13.0])
    assert pairs == () and values.shape == (0, 2)


@pytest.mark.parametrize(
    ("particles", "edge"),
    [
        pytest.param((1000011, 1000012), 80.0, id="electroweak-scalars"),
        pytest.param((X_W1, X_W2, X_Z1, X_Z2, X_Z3), 80.0, id="electroweak-fermions"),
        # where K stops: one-mass grids of NLL-fast at 13 TeV, then the electroweak anchors
        pytest.param((X_T,), 100.0, id="stop-low"),
        pytest.param((X_D,), 200.0, id="squark-low"),
        pytest.param((X_G,), 200.0, id="gluino-low"),
        pytest.param((X_D, X_G), 310.0, id="strong-low"),
        pytest.param((X_D, X_U, X_G, X_Z1), 2400.0, id="ceiling"),
        pytest.param((1000011, 1000012), 300.0, id="slepton-K-low"),
        pytest.param((1000011, 1000012), 1000.0, id="slepton-K-high"),
        pytest.param((X_W1, X_Z2), 300.0, id="wino-K-low"),
        pytest.param((X_W1, X_Z2), 1500.0, id="wino-K-high"),
        pytest.param((X_D, X_T, X_G), 2000.0, id="coloured-K-high"),
    ],
)
@pytest.mark.parametrize("sqrts", TABLE_ENERGIES)
def test_continuous_across_frozen_edges(particles: tuple[int, ...], edge: float, sqrts: float) -> None:
    step = 1e-6  # sigma falls by at most the 50th power of m, so by 1e-4 from one side of the edge to the other
    below = sigma(dict.fromkeys(particles, edge * (1.0 - step)), sqrts)
    above = sigma(dict.fromkeys(particles, edge * (1.0 + step)), sqrts)
    for pair, value in below.items():
        assert above[pair] == pytest.approx(value, rel=100.0 * step)


def test_frozen_below_80_gev() -> None:
    electroweak = (1000011, 1000012, X_W1, X_W2, X_Z1, X_Z2, X_Z3)
    assert sigma(dict.fromkeys(electroweak, 10.0)) == sigma(dict.fromkeys(electroweak, 80.0))


def test_steps_in_mass_have_no_spikes() -> None:
    """Cross sections fall with the mass and have no wiggles: the slope in ln-ln changes slowly."""
    masses = np.geomspace(310.0, 2400.0, 400)
    for particles in ((X_D,), (X_G,), (X_D, X_G), (1000011,), (X_W1, X_Z2), (X_D, X_Z1)):
        values = np.log([list(sigma(dict.fromkeys(particles, m)).values()) for m in masses.tolist()])
        slope = np.diff(values, axis=0) / np.diff(np.log(masses))[:, None]
        assert (slope < 0.0).all()
        assert np.abs(np.diff(slope, axis=0)).max() < 0.5


def _partons(column: str) -> list[int]:
    """Incoming quarks that a column's name stands for."""
    numbers = {"d": 1, "u": 2, "s": 3, "c": 4}
    return [-numbers[w[:-3]] if w.endswith("bar") else numbers[w] for w in column.split("_")]


def _charge(pids: list[int]) -> int:
    """Three times the charge."""
    thirds = {1: -1, 2: 2, 3: -1, 4: 2}
    return sum(thirds[abs(p)] * (1 if p > 0 else -1) for p in pids)


def test_charge_is_conserved() -> None:
    """The pair's charge is that of its incoming partons: a boson, a quark and a gluon, or two quarks."""
    for process in processes(EVERYTHING):
        total = sum(quantum_numbers(p)[0] for p in process.pair)
        if process.table in ("squark_gluino", "squark_squark", "squark_chi", "gluino_chi"):
            column = process.column.removeprefix("one_").removeprefix("both_")
            assert total == _charge(_partons(column)), process
        elif process.column.endswith("plus"):
            assert total == 3, process
        elif process.column.endswith("minus"):
            assert total == -3, process
        else:
            assert total == 0, process


def test_errors_have_a_row_for_each_pair() -> None:
    masses = {X_D: 500.0, X_G: 900.0, X_T: 700.0, X_Z1: 100.0, X_W1: 300.0}
    errors = relative_errors(masses, [8.0, 13.0])
    pairs, _ = reference_cross_sections(masses, [8.0, 13.0])
    assert tuple(errors) == pairs
    for pair, by_source in errors.items():
        assert tuple(by_source) == ERRORS
        weak = any(PARTICLES[abs(p)].family in ("neutral", "charged") for p in pair)
        for name, values in by_source.items():
            assert values.shape == (2,) and (values >= 0.0).all() and (values < 0.5).all()
            assert (values > 0.0).all() or (weak and name != "rel_numerical")


def test_index_names_the_files() -> None:
    index = json.loads((FOLDER / "index.json").read_text())
    tables = [*FOLDER.glob("*.csv"), *(FOLDER / "nnll").glob("*.csv")]
    files = {f.relative_to(FOLDER).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in tables}
    assert index["tables"] == files
    assert {f"{p.table}.csv" for p in processes(EVERYTHING)} == {name for name in files if "/" not in name}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda p: p.stem)
def test_splines_go_through_the_nodes(path: Path) -> None:
    name = path.stem
    table = load(name)
    text = (FOLDER / f"{name}.csv").read_text().splitlines()
    header = text[0].split(",")
    rows = np.array([line.split(",") for line in text[1:]], dtype=np.float64)
    masses = [i for i, title in enumerate(header) if title in MASSES]
    leading = [i for i, title in enumerate(header) if title.startswith("lo_")]
    for e, sqrts in enumerate(TABLE_ENERGIES):
        of_energy = rows[rows[:, 0] == sqrts]
        found, k = table.evaluate(np.log(of_energy[:, masses]))
        np.testing.assert_allclose(np.exp(found[:, :, e]), of_energy[:, leading], rtol=1e-9)
        np.testing.assert_allclose(k[:, e, 0], of_energy[:, header.index("k")], rtol=1e-9)


@pytest.mark.parametrize("pid", [2000011, 2000001, 1000035])
def test_a_particle_without_a_process_table_is_named(pid: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Right-handed partners and a fourth neutralino: in the particle table, not in the list of processes."""
    family = {2000011: "lepton", 2000001: "quark", 1000035: "neutral"}[pid]
    monkeypatch.setitem(PARTICLES, pid, Particle(pid, "X_new", "X", family, 0))
    with pytest.raises(ModelError, match=rf"particle: got X_new \({pid}\); allowed: .*X_d, X_u"):
        reference_cross_sections({1000022: 100.0, pid: 500.0}, [13.0])
    with pytest.raises(ModelError, match=rf"particle: got {pid + 50}"):
        production_pairs([1000022, pid + 50])


def test_every_particle_has_its_processes_listed() -> None:
    assert LISTED == EVERYTHING

"""Clusters of models that were put there, their stability, and proto-models from them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from protomodels.campaign.excesses.clusters import clusters, proto_model_of
from protomodels.campaign.excesses.clusters.families import family, proto_pid
from protomodels.campaign.excesses.clusters.features import final_state_features, masses_behind, model_features
from protomodels.campaign.excesses.clusters.files import write_starts
from protomodels.campaign.excesses.clusters.finding import by_size, labels_of, smallest_cluster, stability
from protomodels.campaign.excesses.planes import plane
from protomodels.campaign.excesses.selection import Model, Seen
from protomodels.errors import ConfigError, ModelError
from protomodels.files import read_model
from protomodels.plots.excesses import cluster_figure, matrix_figure, plane_figure
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.slices import random_points
from protomodels.spectrum import spectrum_of
from tests.campaign.excesses.tables import A, B, found_in, row

pytest.importorskip("sklearn")


def blobs(*centers: tuple[float, float], n: int = 40, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(center, 0.1, (n, 2)) for center in centers])


def test_blobs_are_found_and_are_stable() -> None:
    points = blobs((0.0, 0.0), (3.0, 0.0), (0.0, 3.0))
    labels = labels_of(points, 10)
    assert sorted(np.bincount(labels[labels >= 0]).tolist())[0] >= 35 and labels.max() == 2
    for k in range(3):
        assert len(set(labels[40 * k : 40 * k + 40].tolist()) - {-1}) == 1
    assert (stability(points, labels, 10) > 0.85).all()
    assert stability(points, labels, 10, seed=3).tolist() == stability(points, labels, 10, seed=3).tolist()


def test_no_structure_is_not_stable() -> None:
    points = np.random.default_rng(2).uniform(size=(200, 6))
    labels = labels_of(points, 5)
    found = stability(points, labels, 5)
    assert labels.max() < 1 or found.mean() < 0.6


def test_few_or_equal_points() -> None:
    assert labels_of(np.zeros((3, 2)), 5).tolist() == [-1] * 3
    assert labels_of(np.zeros((6, 2)), 5).tolist() == [0] * 6
    assert labels_of(np.zeros((0, 0)), 2).tolist() == [] and by_size(np.array([], dtype=np.int64)).tolist() == []
    with pytest.raises(ConfigError, match="--cluster-size"):
        smallest_cluster(10, 1)


def model(name: str, masses: dict[str, float], particles: str, topologies: str = "T2tt", sigma: float = 10.0) -> Model:
    seen = Seen(A, "SR1", 0.01, 0.2, 2.5, tuple(topologies.split()), tuple(particles.split()))
    values = {f"mass:{own}": mass for own, mass in masses.items()} | {"sigma_13": sigma}
    return Model(name, (seen,), (A,), values)


def test_features_know_what_particles_are() -> None:
    masses = {"X_Z1": 100.0, "X_uR": 900.0, "X_d": 950.0, "X_g": 1500.0, "X_t1": 700.0}
    own = model("a", masses, "X_d X_uR X_Z1 X_g")
    assert masses_behind(own) == {"lightest": 100.0, "squark": 900.0, "gluino": 1500.0}
    other = model("b", masses, "X_t1 X_Z1")
    found = model_features([own, other])
    assert found.names == ("gluino", "lightest", "lightest / heaviest", "log10 sigma_13", "squark", "stop")
    assert np.isnan(found.values[1, 0]) and found.values[1, 5] == 700.0 and np.isfinite(found.points).all()
    assert final_state_features([own, model("c", masses, "X_g", "T1 T2")]).names == ("T1", "T2", "T2tt")
    assert [family(name) for name in ("X_tau2", "X_nue", "X_W2", "X_G")] == [
        "stau",
        "sneutrino",
        "chargino",
        "gravitino",
    ]
    assert proto_pid("X_sR") == 1000003 and proto_pid("X_b2") == 2000005 and proto_pid("H") is None


def scan(n: int = 30) -> list[dict[str, object]]:
    """Two kinds of stops, and by chance some of the first in one universe."""
    rng, high = np.random.default_rng(5), (0.01, 0.2, 2.5)
    chance = {2: [0, {A: [0.2, 2.5], B: [0.2, 2.5]}]}
    rows = [row(f"light{i}", {A: high, B: high}, chance=chance, stop=float(rng.normal(500.0, 5.0))) for i in range(n)]
    return rows + [row(f"heavy{i}", {A: high, B: high}, stop=float(rng.normal(900.0, 5.0))) for i in range(n // 2)]


def test_clusters_of_a_table(tmp_path: Path, demo: CompiledPredictor) -> None:
    answer = found_in(tmp_path / "t.csv", scan())
    found = clusters(answer)
    assert [cluster.members for cluster in found.models] == [30, 15]
    first, second = found.models
    assert 480.0 < first.ranges["stop"][0] < 500.0 < first.ranges["stop"][1] < 520.0 < second.ranges["stop"][0]
    assert first.analyses == {A: 1.0, B: 1.0} and first.topologies == {"T2tt": 1.0}
    assert first.medoid.file.startswith("light") and min(c.stability for c in found.models) > 0.8
    assert found.n_models.chance == (0, 0, 1, 0) and found.n_models.data == 2
    assert [cluster.members for cluster in found.final_states] == [45]
    assert clusters(answer).to_dict() == found.to_dict()
    figure = cluster_figure(found)
    assert len(figure.panels) == 1 and len(figure.panels[0].marks) == 2
    assert "30" not in matrix_figure(answer).alt and "45" in matrix_figure(answer).alt
    marks = plane_figure(plane(tmp_path / "t.csv", "mass:X_t1", "mass:X_Z1")).panels[0].marks
    assert [len(mark.x) for mark in marks] == [45]  # type: ignore[union-attr]


def test_too_few_for_a_cluster(tmp_path: Path, demo: CompiledPredictor) -> None:
    found = clusters(found_in(tmp_path / "t.csv", scan(2)))
    assert found.models == () and found.n_models.data == 0


def test_starts_are_proto_models(tmp_path: Path, demo: CompiledPredictor) -> None:
    found = clusters(found_in(tmp_path / "t.csv", scan()))
    said = write_starts(tmp_path / "starts", found)
    assert len(said) == 2 and "equal ratios" in said[0]
    proto, _ = read_model(tmp_path / "starts" / "cluster-1.json")
    assert set(proto.masses) == {1000022, 1000006} and 480.0 < proto.masses[1000006] < 520.0
    assert dict(proto.decays[1000006]) == {(1000022, 6): 1.0}
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="--starts"):
        write_starts(tmp_path / "file", found)


def test_a_start_has_the_ratios_and_cross_sections_of_its_spectrum(tmp_path: Path) -> None:
    for point in random_points("strong", 5, seed=2):
        spectrum = spectrum_of(point.slha, point.name)
        masses = {particle.name: particle.mass for particle in spectrum.particles.values() if particle.mass < 2400.0}
        behind = " ".join(name for name in masses if name not in ("X_W2", "X_Z4"))
        one = model(point.name, masses, behind)
        features = model_features([one] * 6)
        from protomodels.campaign.excesses.clusters.describing import described

        (cluster,) = described([one] * 6, features, [0] * 6, [1.0])
        proto = proto_model_of(cluster, spectrum)
        assert json.loads(json.dumps(proto.as_dict()))["masses"]["1000022"] == pytest.approx(masses["X_Z1"])
        # whatever channel both have, in the same proportion
        squark = 1000002 if masses.get("X_u", 1e9) < masses.get("X_uR", 1e9) else 2000002
        own = {decay.daughters: decay.ratio for decay in spectrum.decays[squark]}
        kept = proto.decays.get(1000002, {})
        pairs = [((1000022, 2), (2, 1000022)), ((1000023, 2), (2, 1000023)), ((1000021, 2), (2, 1000021))]
        both = [(kept[channel], own[daughters]) for channel, daughters in pairs if channel in kept and daughters in own]
        assert not both or np.allclose([a / b for a, b in both], both[0][0] / both[0][1])
        assert all(kappa >= 0.0 for kappa in proto.ssm.values())
        if 1000002 in proto.masses and masses.get("X_uR", 1e9) != masses.get("X_u", 1e9):
            assert proto.ssm


def test_what_has_no_proto_model() -> None:
    from protomodels.campaign.excesses.clusters.describing import described

    one = model("a", {}, "")
    (cluster,) = described([one] * 6, model_features([one] * 6), [0] * 6, [1.0])
    with pytest.raises(ModelError, match="particles"):
        proto_model_of(cluster)


def test_without_scikit_learn(tmp_path: Path, demo: CompiledPredictor, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from protomodels.errors import MissingExtraError

    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.cluster", None)
    answer = found_in(tmp_path / "t.csv", scan())
    with pytest.raises(MissingExtraError, match="the extra excesses of protomodels"):
        clusters(answer)

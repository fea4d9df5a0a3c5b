"""Particles, channels, the model's own validation, the prior, and files."""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protomodels.channels import CHANNELS, OFF_SHELL, open_channels, quantum_numbers, signed_daughters
from protomodels.errors import ModelError
from protomodels.files import load_model, model_from_dict, read_model
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES, SM_MASSES, pid_of
from protomodels.prior import count_distinct, parsimony
from protomodels.production import CrossSections, cross_sections
from protomodels.slha import physical_decays, read_slha, write_slha

LIGHT = {LBP: 100.0}


def test_particles_are_named_both_ways() -> None:
    assert len({p.name for p in PARTICLES.values()}) == len(PARTICLES) and LBP in PARTICLES
    assert all(pid_of(p.name) == pid_of(str(pid)) == pid for pid, p in PARTICLES.items())
    with pytest.raises(ModelError, match="X_nothing"):
        pid_of("X_nothing")


def test_every_channel_conserves_charge_baryon_and_lepton_number() -> None:
    for mother, channels in CHANNELS.items():
        for channel in channels:
            found = signed_daughters(mother, channel)
            assert found, (mother, channel)
            for daughters in found:
                sums = tuple(map(sum, zip(*(quantum_numbers(d) for d in daughters), strict=True)))
                assert sums == quantum_numbers(mother)
            # a Majorana mother decays into both charges
            charged = any(quantum_numbers(d) != (0, 0, 0) for d in found[0])
            mixed = {tuple(sorted(-d for d in ds)) for ds in found} == {tuple(sorted(ds)) for ds in found}
            if PARTICLES[mother].self_conjugate and charged and channel[0] not in (1000022, 1000023, 1000025):
                assert (len(found) == 2 and not mixed) or len(found) == 2


def test_virtual_bosons_decay_completely() -> None:
    for shares in OFF_SHELL.values():
        assert math.isclose(sum(share for share, _ in shares), 1.0, abs_tol=1e-9)


@pytest.mark.parametrize("off_shell", [True, False])
def test_off_shell_channels_open_below_the_boson_mass(off_shell: bool) -> None:
    masses = {LBP: 100.0, 1000024: 150.0}
    assert (open_channels(1000024, masses, off_shell) != ()) is off_shell
    assert open_channels(1000024, {**masses, 1000024: 100.0 + SM_MASSES[24] + 1.0}, off_shell)


BAD_MODELS: list[tuple[dict[int, Any], dict[int, Any], dict[Any, Any], str]] = [
    ({LBP: math.nan}, {}, {}, "masses.1000022: got nan"),
    ({LBP: 5.0}, {}, {}, "between 10 and 2400"),
    ({LBP: "100"}, {}, {}, "masses.1000022"),
    ({1000006: 500.0}, {}, {}, "no X_Z1"),
    ({LBP: 100.0, 123: 500.0}, {}, {}, "a pid of the particle table"),
    ({LBP: 100.0, 1000001: 300.0}, {1000001: {(LBP, 1): 1.0}}, {}, "between 310 and 2400"),
    ({LBP: 100.0, 1000006: 90.0}, {}, {}, "masses.1000006"),
    ({LBP: 80.0, 1000006: 250.0}, {}, {}, "at most 150 or at least 200"),
    ({LBP: 80.0, 2000006: 650.0}, {2000006: {(LBP, 6): 1.0}}, {}, "X_t2 only with a lighter X_t1"),
    ({LBP: 80.0, 1000006: 650.0}, {}, {}, "branching ratios that sum to 1"),
    ({LBP: 80.0, 1000006: 650.0}, {1000006: {(LBP, 6): 0.6}}, {}, "a sum of 0.6"),
    ({LBP: 80.0, 1000006: 650.0}, {1000006: {(LBP, 6): math.nan}}, {}, "decays.1000006.1000022,6"),
    ({LBP: 80.0, 1000006: 650.0}, {1000006: {(LBP, 5): 1.0}}, {}, "one of X_Z1 t"),
    ({LBP: 80.0, 1000006: 200.0}, {1000006: {(LBP, 6): 1.0}}, {}, "lighter particles"),
    ({LBP: 80.0}, {1000006: {(LBP, 6): 1.0}}, {}, "an absent particle"),
    ({LBP: 80.0}, {}, {(LBP, LBP): -1.0}, "ssmultipliers.1000022,1000022: got -1.0"),
    ({LBP: 80.0}, {}, {(-1000001, 1000001): 1.0}, "two particles of the model"),
    ({"X_Z1": 80.0, LBP: 80.0}, {}, {}, "a pid of the particle table"),  # type: ignore[dict-item]
    ({float(LBP): 80.0}, {}, {}, "a pid of the particle table"),  # type: ignore[dict-item]
    ([LBP], {}, {}, "masses: got [1000022]; allowed: a mapping"),  # type: ignore[list-item]
    ({LBP: 80.0}, None, {}, "decays: got None; allowed: a mapping"),  # type: ignore[list-item]
    ({LBP: 80.0, 1000006: 650.0}, {1000006: [6]}, {}, "decays.1000006: got [6]; allowed: a mapping"),
    ({LBP: 80.0, 1000006: 650.0}, {1000006: {6: 1.0}}, {}, "decays.1000006.6"),
    ({LBP: 80.0, 1000006: 650.0}, {1000006: {"1000022,6": 1.0}}, {}, "decays.1000006.1000022,6: got"),
    ({LBP: 80.0}, {}, {(LBP,): 1.0}, "ssmultipliers: got (1000022,)"),
    ({LBP: 80.0}, {}, {(LBP, LBP, LBP): 1.0}, "pairs of signed pids"),
    ({LBP: 80.0}, {}, {LBP: 1.0}, "pairs of signed pids"),
    ({LBP: 80.0}, {}, {(LBP, 10**30): 1.0}, "two particles of the model"),
]


@pytest.mark.parametrize(("masses", "decays", "ssm", "message"), BAD_MODELS)
def test_a_bad_model_gets_one_error_that_names_the_field(
    masses: dict[int, Any], decays: dict[int, Any], ssm: dict[Any, Any], message: str
) -> None:
    with pytest.raises(ModelError) as caught:
        ProtoModel(masses, decays, ssm)
    assert message in str(caught.value)


def test_a_model_is_immutable_equal_by_value_and_pickles(simple: ProtoModel) -> None:
    copy = pickle.loads(pickle.dumps(simple))  # noqa: S301 - our own bytes
    assert copy == simple and hash(copy) == hash(simple)
    with pytest.raises(TypeError):
        simple.masses[LBP] = 1.0  # type: ignore[index]
    other = model_from_dict({**simple.as_dict(), "ssmultipliers": {}})
    assert other != simple and other.fingerprint() != simple.fingerprint()


def test_json_keeps_full_precision_and_reads_names(simple: ProtoModel, tmp_path: Path) -> None:
    exact = ProtoModel({LBP: 100.0 / 3.0, 1000024: 250.123456789}, {1000024: {(LBP, 24): 1.0}})
    file = tmp_path / "m.json"
    file.write_text(json.dumps(exact.as_dict()))
    assert read_model(file) == (exact, None)
    named = {"masses": {"X_Z1": 100, "X_t1": 700}, "decays": {"X_t1": {"6,1000022": 1}}}
    assert model_from_dict(named).masses == {LBP: 100.0, 1000006: 700.0}
    words = {**named, "decays": {"X_t1": {"X_Z1 t": 1}}, "ssmultipliers": {"-X_t1,X_t1": 0.5}}
    pids = {**named, "decays": {"X_t1": {"1000022,6": 1}}, "ssmultipliers": {"-1000006,1000006": 0.5}}
    assert model_from_dict(words) == model_from_dict(pids)


BAD_DOCUMENTS = [
    ([], "a JSON object"),
    ({}, "masses"),
    ({"masses": {"999": 100}}, "its pid"),
    ({"masses": {"1000022": 100}, "ssmultiplier": {}}, "ssmultiplier: got an unknown key; allowed: ssmultipliers"),
    ({"masses": {"1000022": 100}, "Widths": {}}, "Widths: got lifetimes"),
    ({"masses": {"1000022": 100}, "decays": {"1000006": {"1000022,x": 1}}}, "pids or names separated by commas"),
    ({"masses": {"1000022": 100}, "ssmultipliers": {"1000022": 1}}, "two signed pids"),
    ({"masses": {"1000022": 100, "1000006": 600}, "decays": {"1000006": {"1000022,11": 1}}}, "a channel of X_t1"),
    ({"masses": {"1000022": None}}, "a finite number"),
    ({"masses": {"1000022": True}}, "a finite number"),
    ({"masses": {None: 100}}, "particle: got None"),
    ({"masses": {True: 100}}, "particle: got True"),
    ({"masses": {"1000022": 100}, "decays": {"1000022": {None: 1}}}, "decays.1000022: got None"),
    ({"masses": {"1000022": 100}, "ssmultipliers": {(LBP, LBP): 1}}, "pids or names separated by commas"),
    ({"masses": {"1000022": 100, "X_Z1": 300}}, "masses: got 1000022 twice"),
    (
        {"masses": {"1000022": 100, "1000006": 600}, "decays": {"X_t1": {"1000022,6": 0.5, "6,1000022": 0.5}}},
        "decays.X_t1: got 1000022,6 twice",
    ),
    (
        {
            "masses": {"1000022": 100, "1000006": 600},
            "decays": {"X_t1": {"1000022,6": 1.0}},
            "ssmultipliers": {"-1000006,1000006": 1.0, "1000006,-1000006": 2.0},
        },
        "ssmultipliers: got -1000006,1000006 twice",
    ),
]


@pytest.mark.parametrize(("document", "message"), BAD_DOCUMENTS)
def test_a_bad_document_is_refused(document: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        model_from_dict(document)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100000])
def test_files_that_are_not_models(content: bytes, tmp_path: Path) -> None:
    for name in ("m.json", "m.slha"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError):
            read_model(tmp_path / name)
    with pytest.raises(ModelError, match="readable"):
        read_model(tmp_path / "missing.json")


def test_numbers_of_numpy_are_numbers_and_pids_may_be_whole_numbers() -> None:
    plain = ProtoModel({LBP: 100.0, 1000006: 600.0}, {1000006: {(LBP, 6): 1.0}}, {(-1000006, 1000006): 2.0})
    found = ProtoModel(
        {np.int64(LBP): np.float32(100), 1000006: np.int32(600)},  # type: ignore[dict-item]
        {1000006: {(LBP, 6): np.float32(1.0)}},
        {(-1000006, 1000006): np.int64(2)},
    )
    assert found == plain and json.dumps(found.as_dict()) == json.dumps(plain.as_dict())
    assert {type(pid) for pid in found.masses} == {int}
    values = {"masses": {LBP: 100, 1000006: 600}, "decays": {1000006: {"1000022,6": 1.0}}}
    assert model_from_dict(values).masses == plain.masses
    assert load_model({**values, "masses": plain.masses}).masses == plain.masses and load_model(plain) is plain


def test_a_file_with_a_mark_of_its_encoding_or_another_case(tmp_path: Path, simple: ProtoModel) -> None:
    (tmp_path / "m.json").write_text(json.dumps(simple.as_dict()), encoding="utf-8-sig")
    (tmp_path / "M.SLHA").write_text(write_slha(simple))
    assert load_model(tmp_path / "m.json") == simple
    assert read_model(tmp_path / "M.SLHA")[0].decays == simple.decays


def test_a_name_that_a_file_gives_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"masses": {"X_Z1": 200, "X_Z1": 300}}')
    with pytest.raises(ModelError, match="got X_Z1 twice"):
        read_model(tmp_path / "m.json")


def test_slha_cross_sections_are_named_in_pb() -> None:
    text = "BLOCK MASS\n 1000022 210.\nXSECTION 1.3E+04 2212 2212 2 1000022 1000022\n 0 2 0 0 0 0 -1.5 x\n"
    with pytest.raises(ModelError, match=r"XSECTION, line 4: got -1\.5; allowed: .* in pb"):
        read_slha(text)


def test_slha_round_trip_with_cross_sections(simple: ProtoModel) -> None:
    sections = cross_sections(simple)
    model, read = read_slha(write_slha(simple, sections))
    assert read is not None
    assert model.masses == simple.masses and model.decays == simple.decays
    order = [read.pairs.index(pair) for pair in sections.pairs]
    np.testing.assert_allclose(read.sigma[order], sections.sigma, rtol=1e-6)
    assert math.isclose(model.kappa((-1000006, 1000006)), 0.4, rel_tol=1e-4)


def test_slha_puts_virtual_bosons_back() -> None:
    model = ProtoModel({LBP: 100.0, 1000023: 150.0}, {1000023: {(LBP, 23): 1.0}})
    decays = list(physical_decays(model, 1000023))
    assert len(decays) == len(OFF_SHELL[23]) and math.isclose(sum(r for r, _ in decays), 1.0, abs_tol=1e-9)
    again, _ = read_slha(write_slha(model))
    assert again.decays == model.decays


def test_slha_masses_have_a_tenth_of_a_gev() -> None:
    text = write_slha(ProtoModel({LBP: 100.06}))
    assert " 100.1 " in text and "100.06" not in text


def test_the_published_winner_pays_3_6() -> None:
    """3 particles, 2 distinct SSM in 6 productions: 3 + 0.60 (arXiv:2012.12246, 10.50 - 3 - 0.60 = 6.90)."""
    model = ProtoModel(
        {LBP: 163.0, 1000001: 735.0, 1000006: 1166.0},
        {1000001: {(LBP, 1): 1.0}, 1000006: {(LBP, 6): 1.0}},
    )
    pairs = tuple((-1000001, k) for k in range(3)) + tuple((-1000006, k) for k in range(3))
    kappa = np.array([0.49, 0.492, 0.493, 1.2, 1.21, 1.226])[:, None]
    counts = parsimony(model, CrossSections(pairs, (13.0,), kappa, np.ones_like(kappa)))
    assert math.isclose(counts.penalty, 3.6) and counts.n_br == 0


def test_invisible_productions_do_not_count(simple: ProtoModel) -> None:
    pairs, kappa = ((-1, 1), (-2, 2)), np.array([[0.5], [1.0]])
    both = CrossSections(pairs, (13.0,), kappa, np.ones((2, 1)))
    hidden = CrossSections(pairs, (13.0,), kappa * [[1.0], [1e-4]], np.ones((2, 1)))
    assert parsimony(simple, both).n_ssm == 2 and parsimony(simple, hidden).n_ssm == 1


def test_branching_ratios_count_distinct_minus_one() -> None:
    masses = {LBP: 100.0, 1000023: 300.0, 1000024: 300.0, 1000006: 900.0}
    decays = {1000023: {(LBP, 23): 1.0}, 1000024: {(LBP, 24): 1.0}}

    def n_br(top: dict[Any, float]) -> int:
        model = ProtoModel(masses, {**decays, 1000006: top})
        return parsimony(model, cross_sections(model)).n_br

    assert n_br({(LBP, 6): 1.0}) == 0
    assert n_br({(LBP, 6): 0.5, (1000024, 5): 0.5}) == 0
    assert n_br({(LBP, 6): 0.3, (1000024, 5): 0.7}) == 1
    assert n_br({(LBP, 6): 0.2, (1000024, 5): 0.5, (1000023, 6): 0.3}) == 2


@given(st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=20), st.randoms())
def test_counting_does_not_depend_on_order(values: list[float], random: Any) -> None:
    shuffled = values[:]
    random.shuffle(shuffled)
    assert count_distinct(values, 0.03) == count_distinct(shuffled, 0.03) <= len(values)

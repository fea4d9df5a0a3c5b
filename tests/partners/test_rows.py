"""What a model's productions read as, and which further members its particles would have."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from protomodels.errors import ConfigError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES
from protomodels.partners import (
    PartnerRow,
    further_members,
    partner_cross_sections,
    partners_of,
    partners_report,
    to_dict,
)
from protomodels.partners.multiplets import RULES
from protomodels.production import CrossSections, cross_sections
from tests.command_line import Cli

X_Z1, X_Z2, X_W1, X_T1, X_D, X_G, X_E, X_NUE = 1000022, 1000023, 1000024, 1000006, 1000001, 1000021, 1000011, 1000012
MASSES = {X_Z1: 101.0, X_W1: 104.0, X_E: 200.0, X_NUE: 190.0, X_T1: 548.0, X_D: 830.0, X_G: 947.0}
DECAYS = {
    X_W1: {(X_Z1, 24): 1.0},
    X_E: {(X_Z1, 11): 1.0},
    X_NUE: {(X_Z1, 12): 1.0},
    X_T1: {(X_Z1, 6): 1.0},
    X_D: {(X_Z1, 1): 1.0},
    X_G: {(X_Z1, 1, 1): 1.0},
}


def model(ssm: dict[Pair, float] | None = None, masses: dict[int, float] | None = None) -> ProtoModel:
    return ProtoModel(masses or MASSES, DECAYS if masses is None else {}, ssm or {}, "NNLO_approx+NNLL")


def row_of(found: tuple[PartnerRow, ...], *names: str) -> PartnerRow:
    return next(row for row in found if row.particles == names)


def test_with_kappa_one_everything_is_its_own_reference() -> None:
    found = partners_of(model())
    own = {
        ("X_t1",): "one squark",
        ("X_d",): "one squark",
        ("X_g",): "gluino (Majorana octet)",
        ("X_e",): "left-handed slepton (scalar doublet)",
        ("X_nue",): "sneutrino (scalar doublet)",
        ("X_e", "X_nue"): "slepton with sneutrino (scalar doublet)",
        ("X_W1",): "wino (fermion triplet)",
        ("X_Z1", "X_W1"): "the mixed reference",
    }
    assert {row.particles for row in found} == set(own)
    for row in found:
        same = next(c for c in row.candidates if c.name == own[row.particles])
        assert same.ratio == pytest.approx(1.0, rel=1e-12)
        assert row.kappa == pytest.approx(1.0)
        if row.particles != ("X_Z1", "X_W1"):
            assert row.nearest[0] == same and row.verdict == "like a partner"


def test_the_sum_of_observed_is_the_sum_of_the_pairs() -> None:
    proto = model({(-X_W1, X_Z1): 50.0, (X_Z1, X_W1): 20.0})
    row = row_of(partners_of(proto), "X_Z1", "X_W1")
    sections = cross_sections(proto, (13.0,))
    assert set(row.pairs) == {(-X_W1, X_Z1), (X_Z1, X_W1)}
    assert row.observed == pytest.approx(sum(sections.sigma[sections.pairs.index(pair), 0] for pair in row.pairs))
    assert 20.0 < row.kappa < 50.0


def test_a_multiplier_of_six_reads_as_a_vector_like_quark() -> None:
    row = row_of(partners_of(model({(-X_T1, X_T1): 6.0})), "X_t1")
    assert row.words == "like 1.1 x vector-like quark"
    quark = partner_cross_sections((X_T1, X_T1), (548.0, 548.0))["vector-like quark"]
    assert row.nearest[0].ratio == pytest.approx(row.observed / quark)


def test_eight_squarks() -> None:
    row = row_of(partners_of(model({(-X_D, X_D): 8.0})), "X_d")
    assert row.nearest[0].name == "eight squarks (four flavours, two chiralities)"
    assert row.nearest[0].ratio == pytest.approx(1.0)


def test_what_has_another_colour_is_never_the_nearest() -> None:
    octet = next(c for c in row_of(partners_of(model()), "X_t1").candidates if c.name == "gluino (Majorana octet)")
    row = row_of(partners_of(model({(-X_T1, X_T1): 1.0 / octet.ratio})), "X_t1")
    assert next(c for c in row.candidates if c.name == octet.name).ratio == pytest.approx(1.0)
    assert row.verdict == "more than any partner"
    assert row.words.startswith("more than any partner: 10 x vector-like quark")


@pytest.mark.parametrize(
    ("kappa", "verdict"),
    [
        (0.0, "not produced"),
        (0.3, "less than any partner"),
        (0.4, "between partners"),
        (1.1, "like a partner"),
        (2.0, "like a partner"),
        (3.2, "between partners"),
        (16.0, "between partners"),
        (20.0, "more than any partner"),
    ],
)
def test_verdicts(kappa: float, verdict: str) -> None:
    assert row_of(partners_of(model({(-X_T1, X_T1): kappa})), "X_t1").verdict == verdict


def test_a_mixture_is_weaker_than_what_it_is_mixed_of() -> None:
    row = row_of(partners_of(model({(-X_W1, X_Z1): 98.0, (X_Z1, X_W1): 98.0})), "X_Z1", "X_W1")
    assert row.verdict == "a mixture"
    # a multiplier of 98 is still a thousandth of one higgsino
    assert row.words == "a mixture = 98 x the mixed reference = 0.0013 x one higgsino (half of a fermion doublet)"
    strong = row_of(partners_of(model({(-X_W1, X_Z1): 8e4, (X_Z1, X_W1): 8e4})), "X_Z1", "X_W1")
    assert strong.nearest[0].name == "one higgsino (half of a fermion doublet)"
    assert strong.verdict == "like a partner"


def test_cross_sections_that_a_model_brings_are_what_is_compared() -> None:
    proto = model()
    own = cross_sections(proto)
    twice = partners_of(proto, own.scaled(2.0))
    for row in partners_of(proto):
        assert row_of(twice, *row.particles).observed == pytest.approx(2.0 * row.observed)
    at_8 = CrossSections(own.pairs, (8.0,), own.sigma[:, :1], own.reference[:, :1])
    with pytest.raises(ConfigError, match="13 TeV"):
        partners_of(proto, at_8)


def test_a_pair_without_reference_has_no_kappa_but_is_compared() -> None:
    proto = model()
    own = cross_sections(proto, (13.0,))
    missing = CrossSections(own.pairs, own.sqrts, own.sigma, np.full_like(own.reference, np.nan))
    row = row_of(partners_of(proto, missing), "X_t1")
    assert math.isnan(row.kappa) and row.nearest[0].name == "one squark"


# Further members


def test_masses_of_doublets_follow_from_the_d_terms() -> None:
    m_w, m_t, m_b = 80.38, 172.8, 4.7
    found = {(m.particle, m.hypothesis): m for m in further_members(model())}
    slepton = found["X_e", "left-handed slepton"]
    assert (slepton.low, slepton.high) == pytest.approx((math.sqrt(200.0**2 - m_w**2), 200.0))
    assert slepton.present == ("X_nue",)
    stop = found["X_t1", "left-handed stop"]
    shift = m_b**2 - m_t**2
    assert (stop.low, stop.high) == pytest.approx((math.sqrt(548.0**2 + shift), math.sqrt(548.0**2 + shift + m_w**2)))
    assert stop.present == ()
    assert found["X_W1", "higgsino"].present == ("X_Z1",)
    assert found["X_g", "Dirac gluino"].mass == "free"


def test_the_partner_of_a_partner_is_the_particle_itself() -> None:
    """From a stop to its sbottom and back: the ranges hold the mass that one began with."""
    stop = next(m for m in further_members(model()) if m.hypothesis == "left-handed stop")
    for mass, other in ((stop.low, "high"), (stop.high, "low")):
        back = further_members(ProtoModel({X_Z1: 100.0, 1000005: mass}, {1000005: {(X_Z1, 5): 1.0}}))
        sbottom = next(m for m in back if m.hypothesis == "left-handed sbottom")
        assert getattr(sbottom, other) == pytest.approx(548.0)


def test_light_particles_have_no_imaginary_partners() -> None:
    light = ProtoModel({X_Z1: 20.0, X_E: 50.0}, {X_E: {(X_Z1, 11): 1.0}})
    assert next(m for m in further_members(light) if m.hypothesis == "left-handed slepton").mass == "0-50"


def test_the_table_knows_every_particle() -> None:
    names = {row.name for row in PARTICLES.values()}
    assert {name for rule in RULES for name in rule.of} == names
    assert {name for rule in RULES for name in rule.like} <= names


# Tables, values, command


def test_report_and_values_say_the_same() -> None:
    proto = model({(-X_T1, X_T1): 6.0})
    report, values = partners_report(proto), to_dict(proto)
    reading = {row[0]: row[-1] for row in report.tables[0].rows}
    assert reading["X_t1 X_t1"] == "like 1.1 x vector-like quark"
    assert {p["words"] for p in values["productions"]} == set(reading.values())
    coloured = next(table for table in report.tables if table.title.startswith("coloured"))
    line = next(row for row in coloured.rows if row[0] == "gluino (Majorana octet)")
    assert [cell.startswith("(") for cell in line[1:]] == [not name.startswith("X_g") for name in coloured.columns[1:]]
    members = [(m["particle"], m["member"]) for m in values["further_members"]]
    assert members == [(row[0], row[2]) for row in report.tables[-1].rows]


def test_a_model_of_the_lightest_particle_alone_has_no_productions() -> None:
    alone = model(masses={X_Z1: 100.0})
    assert partners_of(alone) == ()
    assert [table.title for table in partners_report(alone).tables] == ["what would have to come with it"]


def test_command(tmp_path: Path) -> None:
    path, cli = tmp_path / "model.json", Cli(tmp_path)
    path.write_text(json.dumps(model({(-X_T1, X_T1): 6.0}).as_dict()))
    assert "1.1 x vector-like quark" in cli("partners", str(path)).stdout
    values = cli.json("partners", str(path))
    assert isinstance(values, dict)
    by_name = {tuple(p["particles"]): p for p in values["productions"]}
    assert by_name["X_t1",]["verdict"] == "like a partner"
    cli("partners", "missing.json", code=2)


def test_command_takes_the_order_of_the_policy_where_a_model_names_none(tmp_path: Path) -> None:
    path, cli = tmp_path / "model.json", Cli(tmp_path)
    plain = {"masses": {"X_Z1": 100.0, "X_t1": 1000.0}, "decays": {"X_t1": {"1000022,6": 1.0}}}
    path.write_text(json.dumps(plain))
    sigma = []
    for policy in ("paper", "default"):
        values = cli.json("partners", str(path), "--policy", policy)
        assert isinstance(values, dict)
        sigma.append(values["productions"][0]["observed"])
    assert sigma == pytest.approx([6.05, 6.83], rel=0.005)

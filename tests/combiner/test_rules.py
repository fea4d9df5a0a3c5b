"""The default rule: disjoint numbers of leptons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from protomodels.combiner import Combinability, rules
from protomodels.combiner.rules import disjoint_pairs, overlap, overlapping, selections
from protomodels.errors import ConfigError


def allowed(one: str, other: str) -> bool:
    experiment = [name.split("-")[0] for name in (one, other)]
    return bool(Combinability.from_rules().pairwise([one, other], [None, None], experiment, [13.0, 13.0])[0, 1])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("ATLAS-SUSY-2016-07", "ATLAS-SUSY-2016-16", True),  # no lepton, one lepton
        ("ATLAS-SUSY-2016-16", "ATLAS-SUSY-2016-07", True),
        ("CMS-SUS-16-035", "CMS-SUS-17-001", True),  # two of the same charge, two of opposite charge
        ("CMS-SUS-16-033", "CMS-SUS-19-006", False),  # both without leptons
        ("CMS-SUS-16-035", "CMS-SUS-16-039", False),  # both two of the same charge
        ("CMS-SUS-16-033", "CMS-SUS-16-048", False),  # soft leptons, which the first does not veto
        ("ATLAS-SUSY-2018-05-ewk", "ATLAS-SUSY-2018-05-strong", False),
        ("CMS-SUS-16-046", "CMS-SUS-16-039", False),  # the first is not in the file
    ],
)
def test_pairs(one: str, other: str, expected: bool) -> None:
    assert allowed(one, other) is expected


def test_the_rule_is_symmetric_and_never_pairs_an_analysis_with_itself() -> None:
    known = selections()
    for a, b in disjoint_pairs():
        assert a < b and not known[a].leptons & known[b].leptons and not overlap(a, b)


def test_an_unknown_category_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "selections.json").write_text(
        json.dumps({"selections": {"CMS-X": {"leptons": "0 5", "years": "2016"}}, "combines": {}})
    )
    for kept in (rules.selections, rules._document):
        kept.cache_clear()
        monkeypatch.setattr(rules.resources, "files", lambda _: tmp_path)
    with pytest.raises(ConfigError, match=r"selections\.json: CMS-X: got 0 5; allowed: some of 0 1 2os"):
        selections()
    monkeypatch.undo()
    rules._document.cache_clear()


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("ATLAS-SUSY-2013-02", "ATLAS-SUSY-2013-04", "both take no lepton in data of 2012"),
        ("ATLAS-SUSY-2016-16", "ATLAS-SUSY-2019-08", "both take one lepton in data of 2015, 2016"),
        ("ATLAS-SUSY-2018-12", "ATLAS-SUSY-2018-31", "both take no lepton in data of 2015, 2016, 2017, 2018"),
        ("CMS-PAS-SUS-16-022", "CMS-SUS-16-035", "both take three leptons or four or more leptons in data of 2016"),
        ("CMS-SUS-16-045", "CMS-PAS-SUS-17-004", "CMS-PAS-SUS-17-004 is a combination that contains CMS-SUS-16-045"),
        ("CMS-SUS-16-045", "CMS-SUS-17-004", "CMS-SUS-17-004 is a combination that contains CMS-SUS-16-045"),
        ("CMS-SUS-20-002", "CMS-SUS-19-009", "CMS-SUS-20-002 is a combination that contains CMS-SUS-19-009"),
        ("ATLAS-SUSY-2018-10", "ATLAS-SUSY-2019-08", "both take one lepton in data of 2015, 2016, 2017, 2018"),
        ("ATLAS-SUSY-2018-22", "ATLAS-SUSY-2018-31", "both take no lepton in data of 2015, 2016, 2017, 2018"),
        ("CMS-SUS-16-043", "CMS-SUS-16-051", "both take one lepton in data of 2016"),
        ("CMS-SUS-16-043", "CMS-SUS-19-009", "both take one lepton in data of 2016"),
        ("ATLAS-SUSY-2017-01", "ATLAS-SUSY-2019-09", "both take three leptons in data of 2015, 2016"),
        ("CMS-SUS-15-002", "CMS-SUS-16-033", ""),  # no lepton in both, but of 2015 and of 2016
        ("ATLAS-SUSY-2013-02", "CMS-SUS-13-012", ""),  # another experiment
        ("ATLAS-SUSY-2013-02", "ATLAS-SUSY-2016-07", ""),  # another energy
        ("CMS-SUS-16-033", "CMS-SUS-16-046", ""),  # nothing is known of the second
    ],
)
def test_what_is_known_to_share_events(one: str, other: str, shared: str) -> None:
    assert overlap(one, other) == overlap(other, one) == shared
    assert overlapping([one, other])[0, 1] == bool(shared) and not overlapping([one, other])[0, 0]


def test_soft_leptons_and_taus_count_with_fewer_leptons() -> None:
    """A soft dilepton search is not disjoint from those of one lepton, nor what counts taus from fewer leptons."""
    for soft in ("CMS-SUS-16-048", "CMS-SUS-18-004", "ATLAS-SUSY-2018-16", "ATLAS-SUSY-2018-16-hino"):
        assert {"0", "1", "2os"} <= selections()[soft].leptons
    assert not allowed("CMS-SUS-16-048", "CMS-SUS-16-051") and not allowed("ATLAS-SUSY-2018-16", "ATLAS-SUSY-2018-10")
    assert not allowed("CMS-SUS-18-004", "CMS-SUS-19-009")
    for one in ("ATLAS-SUSY-2013-15", "ATLAS-SUSY-2013-11", "ATLAS-SUSY-2013-23"):
        assert not allowed("ATLAS-SUSY-2013-12", one)  # SR2tau: one lepton, SR1tau: two
    assert not allowed("CMS-SUS-16-039", "CMS-SUS-17-001")  # two leptons of opposite charge and a tau

"""The default rule: disjoint numbers of leptons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from protomodels.combiner import Combinability, rules
from protomodels.combiner.rules import disjoint_pairs, selections
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
        assert a < b and not known[a] & known[b]


def test_an_unknown_category_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "selections.json").write_text(json.dumps({"leptons": {"CMS-X": "0 5"}}))
    monkeypatch.setattr(rules.resources, "files", lambda _: tmp_path)
    with pytest.raises(ConfigError, match=r"selections\.json: CMS-X: got 0 5; allowed: some of 0 1 2os"):
        selections()

"""Reading tables of combinable analyses, and what they say about pairs of results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.combiner import Combinability
from protomodels.errors import ConfigError

PAIRS = '{"note": "n", "pairs": [["ATLAS-1", "ATLAS-2"], ["CMS-1:SR1", "CMS-2"], ["CMS-3:SR1", "CMS-4:SR2"]]}'
LISTS = '{"combinable": {"ATLAS-1": ["ATLAS-2"], "CMS-2": ["CMS-1:SR1"], "CMS-4:SR2": ["CMS-3:SR1"]}}'


def one_pair(
    table: Combinability, one: str, other: str, experiments: str = "AA", sqrts: tuple[float, float] = (13, 13)
) -> bool:
    """May two results, given as ANALYSIS or ANALYSIS:REGION, be combined?"""
    (a, _, r), (b, _, s) = one.partition(":"), other.partition(":")
    matrix = table.pairwise([a, b], [r or None, s or None], list(experiments), sqrts)
    assert matrix[0, 1] == matrix[1, 0] and not matrix.diagonal().any()
    return bool(matrix[0, 1])


def written(path: Path, text: str) -> Path:
    file = path / "table.json"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("text", [PAIRS, LISTS])
def test_both_forms_say_the_same(tmp_path: Path, text: str) -> None:
    table = Combinability.from_file(written(tmp_path, text))
    assert table.listed == {("ATLAS-1", "ATLAS-2"), ("CMS-1:SR1", "CMS-2"), ("CMS-3:SR1", "CMS-4:SR2")}
    assert table.note
    assert one_pair(table, "ATLAS-1", "ATLAS-2:SR7")  # an analysis covers its regions
    assert one_pair(table, "ATLAS-2:SR1", "ATLAS-1:SR7")
    assert one_pair(table, "CMS-2", "CMS-1:SR1") and one_pair(table, "CMS-2:SR9", "CMS-1:SR1")
    assert not one_pair(table, "CMS-2", "CMS-1:SR2")
    assert not one_pair(table, "CMS-2", "CMS-1")  # an upper limit is no region
    assert one_pair(table, "CMS-3:SR1", "CMS-4:SR2") and not one_pair(table, "CMS-3:SR1", "CMS-4")
    assert not one_pair(table, "ATLAS-1", "ATLAS-3")


def test_the_same_analysis_never(tmp_path: Path) -> None:
    table = Combinability.from_file(written(tmp_path, '{"combinable": {"A": ["A", "B"], "C:1": ["C:2"]}}'))
    assert not one_pair(table, "A", "A") and not one_pair(table, "C:1", "C:2")
    assert not one_pair(table, "A:1", "A:2", "AC")


def test_rules_know_experiment_and_energy_only() -> None:
    rules = Combinability.from_rules()
    assert one_pair(rules, "A", "B", "AC") and one_pair(rules, "A", "B", "AA", (8, 13))
    assert not one_pair(rules, "A", "B")
    assert one_pair(Combinability.from_rules([("B", "A")]), "A", "B")
    assert rules.pairwise([], [], [], []).shape == (0, 0)


def test_shared_topologies_are_refused_within_a_group() -> None:
    table = Combinability.from_rules([("A", "B"), ("A", "C"), ("B", "C")])
    topologies = [{"T2", "T1"}, {"T2"}, {"T6"}, {"T2"}, set[str]()]
    sharing = np.array([[bool(a & b) for b in topologies] for a in topologies])
    allowed = table.pairwise(list("ABCDE"), [None] * 5, list("AAACC"), [13] * 5, sharing)
    expected = np.zeros((5, 5), dtype=np.bool_)
    for i, j in [(0, 2), (1, 2), (0, 3), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4)]:
        expected[i, j] = expected[j, i] = True
    np.testing.assert_array_equal(allowed, expected)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="length"):
        Combinability.from_rules().pairwise(["A"], [None], ["X"], [8.0, 13.0])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_against_the_rules_written_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, names, parts = 12, "PQRSTU", ["1", "2", None]
    labels = [*names, *(f"{a}:{r}" for a in names for r in "12")]
    listed = [tuple(rng.choice(labels, 2).tolist()) for _ in range(8)]
    table = Combinability.from_rules(listed)
    analysis = rng.choice(list(names), n).tolist()
    region = [parts[i] for i in rng.integers(0, 3, n)]
    experiment = ["X" if a < "S" else "Y" for a in analysis]
    sqrts = [8.0 if a in "PU" else 13.0 for a in analysis]
    topologies = [frozenset(rng.choice(list("abcdef"), 2).tolist()) for _ in range(n)]
    sharing = np.array([[bool(a & b) for b in topologies] for a in topologies])
    for shared in (None, sharing):
        got = table.pairwise(analysis, region, experiment, sqrts, shared)
        for i in range(n):
            for j in range(n):
                ours = {analysis[i], f"{analysis[i]}:{region[i]}"}
                theirs = {analysis[j], f"{analysis[j]}:{region[j]}"}
                said = any((a in ours and b in theirs) or (b in ours and a in theirs) for a, b in listed)
                if shared is not None and topologies[i] & topologies[j]:
                    said = False
                apart = (experiment[i], sqrts[i]) != (experiment[j], sqrts[j])
                assert got[i, j] == (analysis[i] != analysis[j] and (apart or said))


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("{", "", "JSON"),
        ("[]", "", "pairs"),
        ("{}", "", "exactly one"),
        ('{"pairs": [], "combinable": {}}', "", "exactly one"),
        ('{"pairs": [["A"]]}', "pairs.0", "ANALYSIS"),
        ('{"pairs": [["A", "B"], ["A", 7]]}', "pairs.1.1", "ANALYSIS"),
        ('{"pairs": [["A", ""]]}', "pairs.0.1", "ANALYSIS"),
        ('{"pairs": [["A:", "B"]]}', "pairs.0.0", "ANALYSIS"),
        ('{"combinable": {"A": "B"}}', "combinable.A", "ANALYSIS"),
        ('{"combinable": {"A": ["B", null]}}', "combinable.A.1", "ANALYSIS"),
        ('{"matrix": {}}', "matrix", "pairs"),
    ],
)
def test_a_wrong_table_is_explained(tmp_path: Path, text: str, field: str, words: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError, match=words) as error:
        Combinability.from_file(file)
    assert str(file) in error.value.field and field in error.value.field


def test_a_missing_table_is_explained(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ConfigError, match="readable JSON file"):
            Combinability.from_file(path)
    (tmp_path / "latin.json").write_bytes(b'{"note": "\xe9", "pairs": []}')
    with pytest.raises(ConfigError, match="readable JSON file"):
        Combinability.from_file(tmp_path / "latin.json")

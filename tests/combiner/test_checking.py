"""Tables against what is known: strictness, patterns, labels that match nothing, and what is said of a pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from protomodels.combiner import Combinability
from protomodels.combiner.checking import listed_overlaps, n_covered, remark, sharing_events, unmatched, verdict
from protomodels.settings import policy

LISTED = (
    ("ATLAS-SUSY-2013-02", "ATLAS-SUSY-2013-04"),
    ("ATLAS-SUSY-2016-16", "ATLAS-SUSY-2019-08"),
    ("ATLAS-SUSY-2017-01", "ATLAS-SUSY-2019-09"),
    ("ATLAS-SUSY-2018-10", "ATLAS-SUSY-2019-08"),
    ("ATLAS-SUSY-2018-12", "ATLAS-SUSY-2018-31"),
    ("ATLAS-SUSY-2018-22", "ATLAS-SUSY-2018-31"),
    ("CMS-PAS-SUS-16-022", "CMS-SUS-16-035"),
    ("CMS-SUS-16-043", "CMS-SUS-16-051"),
    ("CMS-SUS-16-043", "CMS-SUS-19-009"),
    ("CMS-SUS-16-045", "CMS-SUS-17-004"),
)
"""Pairs of the table of 2024 which, as published, share events."""
ONE, OTHER, FAR = "CMS-SUS-16-043", "CMS-SUS-16-051", "CMS-SUS-16-033"


def pairwise(table: Combinability, names: list[str], regions: list[str | None], strict: bool) -> list[list[int]]:
    found = table.pairwise(names, regions, ["CMS"] * len(names), [13.0] * len(names), strict=strict)
    return found.astype(int).tolist()


def test_strictness_refuses_what_shares_events_whatever_the_table_says() -> None:
    table = Combinability.from_rules([(ONE, OTHER)])
    assert pairwise(table, [ONE, OTHER, FAR], [None] * 3, False) == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert pairwise(table, [ONE, OTHER, FAR], [None] * 3, True) == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]
    assert policy("default").strict and not policy("paper").strict and not policy("default", strict=False).strict


@pytest.mark.parametrize("pair", LISTED)
def test_strictness_refuses_each_known_pair_in_its_regions_too(pair: tuple[str, str]) -> None:
    table = Combinability(frozenset({pair}))
    for regions in ([None, None], ["SR1", None], ["SR1", "SR2"]):
        assert pairwise(table, list(pair), regions, False) == [[0, 1], [1, 0]]
        assert pairwise(table, list(pair), regions, True) == [[0, 0], [0, 0]]


def test_the_known_pairs_are_found_in_the_table_of_2024(real: Callable[[str], Path]) -> None:
    found = listed_overlaps(Combinability.from_file(real("reference/combinable_2024.json")))
    assert set(LISTED) <= set(found)


def test_pairs_that_a_pattern_lists_are_checked_too() -> None:
    table = Combinability(
        frozenset({("CMS-SUS-16-04?", "CMS-SUS-16-05?"), ("CMS-SUS-16-043:SR1", "CMS-SUS-16-050:SR2")})
    )
    found = listed_overlaps(table)
    assert found[(ONE, OTHER)] == "both take one lepton in data of 2016"
    assert (ONE, "CMS-SUS-16-050") not in found and n_covered(table) == 1


def test_patterns_stand_for_what_they_match() -> None:
    table = Combinability(frozenset({("CMS-SUS-16-0*", "CMS-X"), ("CMS-X*:SR1", "CMS-Y")}))
    names, regions = ["CMS-SUS-16-033", "CMS-SUS-19-006", "CMS-X", "CMS-Y"], [None, None, "SR1", None]
    assert pairwise(table, names, regions, False) == [[0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0]]
    assert pairwise(table, names, [None, None, "SR12", None], False)[2] == [1, 0, 0, 0]
    plain = Combinability(frozenset({("CMS-SUS-16-033", "CMS-X"), ("CMS-X:SR1", "CMS-Y")}))
    assert pairwise(plain, names, regions, False) == pairwise(table, names, regions, False)


def test_an_entry_of_an_analysis_covers_its_regions() -> None:
    whole = Combinability(frozenset({("A", "B")}))
    both = Combinability(frozenset({("A", "B"), ("A:SR1", "B:SR2")}))
    for regions in ([None, None], ["SR1", "SR1"], ["SR1", "SR2"]):
        assert np.array_equal(pairwise(whole, ["A", "B"], regions, False), pairwise(both, ["A", "B"], regions, False))


def test_labels_that_match_nothing_are_said() -> None:
    table = Combinability(frozenset({("CMS-SUS-14-21", "CMS-SUS-*"), ("A:SR1", "A:SR9"), ("B", "CMS-EXO-*")}))
    there = ["CMS-SUS-14-021", "A", "A:SR1"]
    assert unmatched(table, there) == {"A:SR9": "", "B": "", "CMS-EXO-*": "", "CMS-SUS-14-21": "CMS-SUS-14-021"}
    said = remark(table, there, "mine")
    assert said == (
        "4 of 6 labels of the table match nothing in mine: CMS-SUS-14-21 (CMS-SUS-14-021?), B, CMS-EXO-*, A:SR9"
    )
    assert remark(Combinability(frozenset({("A", "CMS-SUS-14-021")})), there, "mine") == ""


def test_reasons_of_a_pair() -> None:
    table, same = Combinability(frozenset({(ONE, OTHER)}), "my table"), (("CMS", "CMS"), (13.0, 13.0))
    found = verdict((ONE, OTHER), *same, table, True)
    assert not found.combinable and found.reasons == (
        "they share events: both take one lepton in data of 2016",
        "listed in: my table",
        "refused all the same, as --strict is on",
    )
    assert verdict((ONE, OTHER), *same, table, False).combinable
    assert not verdict((f"{ONE}:SR1", f"{ONE}:SR2"), *same, table, False).combinable
    assert verdict((ONE, "ATLAS-1"), ("CMS", "ATLAS"), (13.0, 13.0), table, True).combinable
    assert "nothing is known" in " ".join(verdict((ONE, "CMS-NEW"), *same, table, True).reasons)


def test_hiscores_say_which_results_share_events() -> None:
    assert sharing_events([OTHER, FAR, ONE, "CMS-NEW"]) == ((ONE, OTHER),)


def test_a_table_with_patterns_may_be_asked_about_no_results() -> None:
    """A model that nothing sees."""
    table = Combinability(frozenset({("A-*", "B-1")}), "patterns")
    assert table.pairwise([], [], [], []).shape == (0, 0)

"""Cuts are parsed, and nothing in them is run."""

from __future__ import annotations

import numpy as np
import pytest

from protomodels.campaign.excesses.expressions import Cut
from protomodels.errors import ConfigError


class Piece:
    """Three rows; the last lacks a number."""

    n = 3
    values = {"omega": [0.1, 0.2, np.nan], "mass:X_t1": [500.0, 900.0, 700.0], "m-max": [600.0] * 3}  # noqa: RUF012

    def numbers(self, name: str) -> np.ndarray:
        return np.array(self.values[name])

    def texts(self, name: str) -> np.ndarray:
        return np.array(["a", "b", ""], dtype=object)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("omega < 0.12", [True, False, False]),
        ("not omega < 0.12", [False, True, True]),
        ("omega != 0.1", [False, True, False]),
        ("400 < mass:X_t1 <= 700", [True, False, True]),
        ("mass:X_t1 > 600 and omega >= .2 or name == 'a'", [True, True, False]),
        ("mass:X_t1 > 600 and (omega >= 2e-1 or name == 'a')", [False, True, False]),
        ("(mass:X_t1 - 100) * 2 > `m-max` + -200", [True, True, True]),
        ("((mass:X_t1) > (600))", [False, True, True]),
        ("mass:X_t1 / 0 > 1", [True, True, True]),
        ("2 * (mass:X_t1 - 400) / 100 - 1 > 2", [False, True, True]),
        ('name != ""', [True, True, False]),
        ("1 < 2", [True, True, True]),
    ],
)
def test_cuts(text: str, passes: list[bool]) -> None:
    assert Cut.of(text)(Piece()).tolist() == passes


@pytest.mark.parametrize(
    "text",
    [
        "", "omega", "omega <", "< 1", "omega < 1)", "(omega < 1", "omega = 1", "omega < 1 1", "not", "and", "1e5x > 2",
        "__import__('os').system('touch broken') == 0", "exec('1') < 1", "omega.real() < 1", "[1] < omega",
        "(lambda: 1)() < 1",
        "omega < 1; import os", "`omega < 1", "omega < 1 if 1 else 0", "omega**9**9**9 < 1", "(omega) and 1", "(1)",
        "(" * 1000 + "1" + ")" * 1000 + " < omega", "not " * 1000 + "omega < 1", "-" * 400 + "1 < omega",
        "omega < 1 " * 300,
    ],
)  # fmt: skip
def test_what_is_no_cut_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"--where: got"):
        Cut.of(text)


@pytest.mark.parametrize("text", ["name < 'a'", "1 == 'a'"])
def test_texts_are_equal_or_not(text: str) -> None:
    with pytest.raises(ConfigError, match="--where"):
        Cut.of(text)(Piece())


def test_long_parentheses_are_read_in_no_time() -> None:
    assert Cut.of("(" * 20 + "omega < 1" + ")" * 20)(Piece()).tolist() == [True, True, False]
    assert Cut.of("(" * 14 + "omega" + ")" * 14 + " < 1")(Piece()).tolist() == [True, True, False]

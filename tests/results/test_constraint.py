"""Constraints of maps are read, never run."""

from __future__ import annotations

import pytest

from protomodels.results.compiled.constraint import coefficients


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sms_1", {"sms_1": 1.0}),
        ("71.*(sms_1+sms_2)", {"sms_1": 71.0, "sms_2": 71.0}),
        ("27./8.*sms_1", {"sms_1": 3.375}),
        ("2*((sms_1+sms_2)+(sms_3))-sms_2", {"sms_1": 2.0, "sms_2": 1.0, "sms_3": 2.0}),
        ("-(sms_1)/4", {"sms_1": -0.25}),
    ],
)
def test_weighted_sums(text: str, expected: dict[str, float]) -> None:
    assert coefficients(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["sms_1*sms_2", "sms_1+1", "1/sms_1", "f(sms_1)", "sms_1**2", "sms_1 +", "sms_1 if 1 else 2", "sms_1/0", ""]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="constraint"):
        coefficients(text)

"""What the client reads: answers of this version, and of a 0.1.0 service."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from protomodels.client.schemas import Evaluation

ANSWER = {
    "K": 5.5,
    "Z": 3.0,
    "n_particles": 2,
    "n_br": 0,
    "n_ssm": 1.0,
    "combination": [],
    "critic": [],
    "left_out": [],
    "seconds": 0.1,
    "results_fingerprint": "ab",
}


@pytest.mark.parametrize("names", [("mu_hat", "mu_max"), ("muhat", "mumax")])
def test_old_names_are_read_and_new_ones_are_written(names: tuple[str, str]) -> None:
    found = Evaluation.model_validate(ANSWER | dict(zip(names, (1.1, 2.5), strict=True)))
    assert (found.mu_hat, found.mu_max, found.reason) == (1.1, 2.5, None)
    assert found.results == [] and found.coverage is None
    written = found.model_dump(mode="json")
    assert (written["mu_hat"], written["mu_max"]) == (1.1, 2.5) and "muhat" not in written


def test_an_answer_without_a_field_or_with_a_wrong_type_is_refused() -> None:
    with pytest.raises(ValidationError, match="mu_hat"):
        Evaluation.model_validate(ANSWER | {"mu_max": 2.5})
    with pytest.raises(ValidationError, match="n_br"):
        Evaluation.model_validate(ANSWER | {"mu_hat": 1.0, "mu_max": 2.5, "n_br": "many"})


def test_answers_are_frozen() -> None:
    found = Evaluation.model_validate(ANSWER | {"mu_hat": 1.0, "mu_max": None})
    with pytest.raises(ValidationError, match="frozen"):
        found.K = 6.0  # type: ignore[misc]

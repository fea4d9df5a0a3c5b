"""The API against its own description: the committed document, and requests made up from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from protomodels.api.app import create_app
from protomodels.api.openapi import FILE, description
from protomodels.api.security.tokens import make_token
from protomodels.api.settings import PREFIX, Settings
from protomodels.database import open_storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig

FEW = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_the_committed_document_is_up_to_date() -> None:
    assert FILE.read_text() == description(), "python -m protomodels.api.openapi writes it"


@pytest.fixture(scope="module")
def token() -> list[str]:
    """The token of the application below, once it runs."""
    return []


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, demo: Predictor, token: list[str]) -> Iterator[object]:
    """The description of an application that runs, with something to find in its storage."""
    url = f"sqlite:///{tmp_path_factory.mktemp('api') / 'runs.db'}"
    with open_storage(url) as storage:
        Run.create(storage, RunConfig("demo", 4, 2, 10), demo).execute(Execution("inline"))
        token.append(make_token(storage, "tests", "write"))
    app = create_app(Settings(url, host="192.0.2.1", rate=10**6))
    with TestClient(app):
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_answers_are_as_described(api: Any, token: list[str], mode: schemathesis.GenerationMode) -> None:
    """With a token: no server error, and nothing that the description does not say; good requests and bad ones."""

    def check(case: schemathesis.Case) -> None:
        # whether results or tables of that name exist is not for a schema to say; and the token is always there, also
        # where leaving it out was meant to be what is wrong
        left_out = [positive_data_acceptance, negative_data_rejection]
        case.call_and_validate(excluded_checks=left_out, headers={"Authorization": f"Bearer {token[0]}"})

    for operation in operations(api):
        if mode is schemathesis.GenerationMode.NEGATIVE and not can_be_wrong(operation):
            continue
        FEW(given(operation.as_strategy(generation_mode=mode))(lambda case: check(case)))()


def test_strangers_get_nothing(api: Any) -> None:
    def check(case: schemathesis.Case) -> None:
        answer = case.call()
        assert answer.status_code < 500, answer.text
        if case.path not in ("/healthz", "/readyz") and (case.method, case.path) != ("DELETE", f"{PREFIX}/session"):
            assert answer.status_code in (401, 422), answer.text

    for operation in operations(api):
        FEW(given(operation.as_strategy())(lambda case: check(case)))()


def can_be_wrong(operation: Any) -> bool:
    """Is there anything but names in its path, for which any text will do?"""
    others = [
        one
        for one in operation.iter_parameters()
        if one.location.value != "path" or one.definition["schema"].get("type") != "string"
    ]
    return bool([*others, *operation.body])


def operations(api: Any) -> list[Any]:
    found = [result.ok() for result in api.get_all_operations()]
    found = [operation for operation in found if not operation.path.endswith("/events")]  # they may stream for long
    assert len(found) > 15
    return found

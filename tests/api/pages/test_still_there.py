"""Names that version 0.1.0 gave to addresses, commands, options, fields and pages still lead where they led."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.cli.commands import COMMANDS, imported

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
OLD: dict[str, Any] = json.loads((HERE / "version_0_1_0.json").read_text())
SERVED: dict[str, Any] = json.loads((ROOT / "api" / "openapi.json").read_text())


@pytest.mark.parametrize("url", ["sqlite file"], indirect=True)
def test_pages_answer_at_their_old_addresses(client: TestClient) -> None:
    for path in OLD["pages"]:
        assert client.get(path).status_code == 200, path
    for path, now in OLD["moved"].items():
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, now)
    assert client.get("/no-such-page").status_code == 404


def test_routes_keep_their_names_and_parameters() -> None:
    operations = {f"{m.upper()} {path}": o for path, ms in SERVED["paths"].items() for m, o in ms.items()}
    for route, parameters in OLD["routes"].items():
        known = {parameter["name"] for parameter in operations[route].get("parameters", [])}
        assert set(parameters) <= known, route
    for body, fields in OLD["bodies"].items():
        assert set(fields) <= set(SERVED["components"]["schemas"][body].get("properties", {})), body


def test_commands_keep_their_names_and_options() -> None:
    for line, options in OLD["commands"].items():
        name, *inner = line.split()
        command = imported(name, COMMANDS[name][0])
        if inner:
            command = command.commands[inner[0]]
        known = {spelled for parameter in command.params for spelled in (*parameter.opts, *parameter.secondary_opts)}
        assert set(options) <= known, line


def test_pages_of_the_documentation_are_where_they_were() -> None:
    missing = [page for page in OLD["documentation"] if not list((ROOT / "docs").glob(f"{page}.*"))]
    assert not missing

"""Pages and lists of the service cost the same number of statements, however many rows they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from protomodels.api.settings import PREFIX
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import Storage
from tests.database.test_queries import SIGNAL, search, walked


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to any database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_pages_and_lists_ask_as_often_for_many_rows_as_for_few(client: TestClient, storage: Storage) -> None:
    judged = walked(storage, 6.0)
    question = PValueConfig(judged, 6.0, universes=20)
    pvalue = storage.create_campaign("pvalue", question.to_json(), judged_run=judged, K_observed=6.0)
    asked = ClosureConfig("technical", search(), SIGNAL, runs=20)
    closure = storage.create_campaign("closure", asked.to_json(), closure=asked.closure)
    paths = [
        "/",
        "/runs",
        "/hiscores",
        "/hiscores?group=content",
        "/campaigns",
        f"/campaigns/{pvalue}",
        f"/campaigns/{closure}",
    ]
    paths += [f"{PREFIX}/{name}" for name in ("runs", "hiscores", "campaigns")]
    paths += [f"{PREFIX}/campaigns/{campaign}" for campaign in (pvalue, closure)]

    def costs() -> dict[str, int]:
        found = {}
        for path in paths:
            with statements() as sent:
                answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            found[path] = len(sent)
        return found

    def grow(n: int) -> None:
        for position in range(n):
            for campaign in (pvalue, closure):
                place = len(storage.campaign(campaign).runs)
                run = walked(storage, 3.0 + position, member=question.members()[place])
                storage.add_to_campaign(campaign, place, run)
            storage.create_campaign("closure", f'{{"position": {place}}}', closure="physics")

    grow(1)
    few = costs()
    grow(5)
    assert costs() == few
    page = client.get("/campaigns").text
    assert f'run <a href="/runs/{judged}">' in page and "closure, technical" in page and "closure, physics" in page

"""Pages without a browser: what they say, what they escape, and who may see them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from protomodels.api.pages.filters import POLICY
from protomodels.api.security.tokens import make_token
from protomodels.api.settings import PREFIX
from protomodels.database import Storage
from tests.api.asking import SMALL, Service, is_problem

PAGES = (
    *(
        "/",
        "/runs",
        "/new",
        "/hiscores",
        "/hiscores?group=content",
        "/compare",
        "/campaigns",
        "/posteriors",
        "/batches",
    ),
    *("/results", "/results/demo", "/glossary", "/login"),
)
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


class Links(HTMLParser):
    """Where a page leads to, within the service; labels, and fields without one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self._in_label = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "src", "data-plot"):
            url = given.get(name)
            if url and url.startswith("/"):
                self.found.add(url)
        if tag == "label":
            self._in_label = True
            self.labels.add(given.get("for") or "")
        if tag in ("input", "select") and not self._in_label:
            self.fields.add(given.get("id") or "(no id)")

    def handle_endtag(self, tag: str) -> None:
        self._in_label = self._in_label and tag != "label"


@pytest.mark.parametrize("path", PAGES)
def test_pages_without_anything_stored(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == POLICY and "unsafe-eval" not in POLICY
    assert answer.text.count("<h1>") == 1 and 'lang="en"' in answer.text
    links = Links(answer.text)
    assert links.fields <= links.labels, "a field without a label"


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_no_page_leads_nowhere(client: TestClient, walked: str) -> None:
    """Every link, script and picture within the service, from the first page on, is there."""
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
        # one page of each kind is enough; the API answers for its own
        if answer.headers["content-type"].startswith("text/html"):
            waiting += [link for link in Links(answer.text).found if _kind(link) not in set(map(_kind, seen))]
    kinds = set(map(_kind, seen))
    assert {"/runs/#", "/protomodels/#", "/static/charts.js", f"{PREFIX}/protomodels/#/plots/decays"} <= kinds
    assert walked in "".join(seen)


def _kind(path: str) -> str:
    """A path without its numbers and names, whatever is asked of it."""
    path = re.sub(r"/(?:r[0-9a-f]{7,}|\d+)", "/#", re.split("[?#]", path)[0])
    return re.sub(r"^(/results/\w+|.*/analyses)/[\w-]+", r"\1/#", path)


def test_what_was_stored_is_escaped(client: TestClient) -> None:
    for path in ("/hiscores?particle=<script>alert(1)</script>", "/?state=<script>", "/campaigns?run=%22><script>"):
        answer = client.get(path)
        assert "<script>alert" not in answer.text and '"><script>' not in answer.text
        assert answer.status_code in (200, 422)


def test_errors_are_pages_for_people_and_problems_for_programs(client: TestClient) -> None:
    page = client.get("/runs/r0", headers=BROWSER)
    assert page.status_code == 404 and page.headers["content-type"].startswith("text/html") and "r0" in page.text
    is_problem(client.get("/runs/r0", headers={"Accept": "application/json"}), 404)
    is_problem(client.get(f"{PREFIX}/runs/r0"), 404)
    page = client.get("/hiscores?min_mass=heavy", headers=BROWSER)
    assert "smallest K and masses are numbers" in page.text
    page = client.get("/hiscores?particle=X_q", headers=BROWSER)
    assert 'role="alert"' in page.text and "X_q" in page.text


def test_static_files_are_the_service_s_own(client: TestClient) -> None:
    library = client.get("/static/vendor/plotly-cartesian.min.js")
    assert library.status_code == 200 and len(library.content) > 10**6
    assert "max-age" in library.headers["cache-control"]
    for path in ("/static/../deps.py", "/static/%2e%2e/deps.py", "/static//etc/passwd", "/static/nothing.js"):
        assert client.get(path).status_code == 404


def test_who_has_no_token_sees_the_page_that_asks_for_one(service: Service, storage: Storage) -> None:
    bound = service(host="192.0.2.1", address="192.0.2.7")
    of_one = ("/runs/r1", "/protomodels/1", "/campaigns/c1", "/posteriors/p1", "/batches/b1")
    for path in (*(path for path in PAGES if path != "/login"), *of_one):
        answer = bound.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert bound.get("/login").status_code == 200
    is_problem(bound.post(f"{PREFIX}/session", json={"token": "pm_1_x"}), 401)
    reader, writer = (make_token(storage, scope, scope) for scope in ("read", "write"))
    assert bound.post(f"{PREFIX}/session", json={"token": reader}).status_code == 204
    cookie = bound.cookies.jar
    assert [c.has_nonstandard_attr("HttpOnly") for c in cookie] == [True]
    assert [c.get_nonstandard_attr("SameSite") for c in cookie] == ["strict"]
    assert bound.get("/").status_code == 200
    is_problem(bound.post(f"{PREFIX}/runs", json=SMALL), 403)
    assert bound.post(f"{PREFIX}/session", json={"token": writer}).status_code == 204
    # another site's page may not use the session, even where the browser would send the cookie
    is_problem(bound.post(f"{PREFIX}/runs", json=SMALL, headers={"Origin": "https://evil.example"}), 403)
    assert bound.post(f"{PREFIX}/runs", json=SMALL, headers={"Origin": str(bound.base_url)}).status_code == 202
    assert bound.delete(f"{PREFIX}/session").status_code == 204
    assert bound.get("/", follow_redirects=False).status_code == 303


def test_guessing_tokens_is_slow(service: Service) -> None:
    bound = service(host="192.0.2.1", address="192.0.2.7", rate=5)
    answers = [bound.post(f"{PREFIX}/session", json={"token": f"pm_1_{n}"}).status_code for n in range(8)]
    assert answers == 5 * [401] + 3 * [429]
    guesses = [bound.get(f"{PREFIX}/runs", headers={"Authorization": "Bearer pm_1_x"}).status_code for _ in range(3)]
    assert guesses == 3 * [429]

"""What the pages say of runs, hiscores, posteriors and batches, without a browser and without a walk."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.api.pages.terms import TERMS
from protomodels.api.settings import PREFIX
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import HiscoreRecord, NewBatch, NewPosterior, ResultsRecord, Storage
from protomodels.particles import PARTICLES
from protomodels.runs.posterior import PosteriorConfig
from tests.database.test_queries import SIGNAL, search
from tests.posteriors import ANSWER
from tests.storages import DEMO, a_chunk, a_hiscore, commit, new_run, started

MEASURED = ResultsRecord("a" * 64, "official", "3.0.0", 100)
STOP, LIGHTEST, GLUINO = 1000006, 1000022, 1000021


def model(name: str, K: float, *pids: int, mass: float = 500.0) -> HiscoreRecord:
    masses = {pid: mass if pid != LIGHTEST or len(pids) == 1 else mass - 250.0 for pid in pids}
    decays = {"1000006": {"1000022,6": 1.0}} if STOP in pids else {}
    values = {"masses": {str(pid): m for pid, m in masses.items()}, "decays": decays, "ssmultipliers": {}}
    return a_hiscore(name, K, masses=masses, model_json=json.dumps(values), Z=20.0 - K)


def walked(storage: Storage, *models: HiscoreRecord, results: ResultsRecord = DEMO, **changes: Any) -> str:
    """A completed run with these hiscores."""
    values = {"config_json": search(), "results": results, "results_name": results.name, **changes}
    run = started(storage, **values)
    commit(storage, run, 0, a_chunk(1, hiscores=models))
    storage.set_state(run, "completed")
    return run


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    """What pages show does not depend on the database; what lists hold is tested with all of them."""
    return new_storage(request.param)


def test_what_is_of_the_demo_results_says_so(client: TestClient, storage: Storage) -> None:
    demo = walked(storage, model("a", 3.0, LIGHTEST))
    official = walked(storage, model("b", 2.0, LIGHTEST, mass=700.0), results=MEASURED)
    numbers = {run: storage.hiscores(run)[0].id for run in (demo, official)}
    for run, synthetic in ((demo, True), (official, False)):
        for path in (f"/runs/{run}", f"/protomodels/{numbers[run]}", f"/compare?a={numbers[run]}&b={numbers[run]}"):
            text = client.get(path).text
            assert ("Synthetic demo results" in text) is synthetic, path
            assert ("not for papers" in text) is synthetic, path
        for url in (f"runs/{run}/plots/climb", f"protomodels/{numbers[run]}/plots/spectrum"):
            figure = client.get(f"{PREFIX}/{url}").json()
            assert ("synthetic" in figure["layout"]["title"]["text"]) is synthetic
            assert ("synthetic" in figure["alt"]) is synthetic
    for path in ("/", "/runs", "/hiscores"):
        rows = [row for row in client.get(path).text.split("tr>") if demo in row or f"#{numbers[demo]}<" in row]
        assert path == "/" or (rows and all(">synthetic<" in row for row in rows)), path
        rows = [row for row in client.get(path).text.split("tr>") if official in row]
        assert not any(">synthetic<" in row for row in rows), path


def test_hiscores_by_content_sorted_and_page_by_page(client: TestClient, storage: Storage) -> None:
    twins = [model(f"t{i}", 9.0 - i, STOP, LIGHTEST, mass=300.0 + 100.0 * i) for i in range(4)]
    walked(storage, *twins, model("g", 4.5, GLUINO, STOP, LIGHTEST, mass=400.0), results=MEASURED)
    text = client.get("/hiscores?group=content").text
    assert text.count('href="/protomodels/') == 2, "four twins are one row"
    count = re.search(r'href="(/hiscores\?[^"]*exact=1[^"]*)"[^>]*>4</a>', text)
    assert count is not None
    alone = client.get(count[1].replace("&amp;", "&")).text
    assert alone.count('href="/protomodels/') == 4 and "X_g" not in alone

    def order(sort: str) -> list[str]:
        return re.findall(r'href="/protomodels/(\d+)"', client.get(f"/hiscores?sort={sort}").text)

    assert order("Z") == order("K")[::-1] and order("newest") == sorted(order("K"), key=int, reverse=True)
    assert order("particles")[-1] == order("K")[-1] and 'aria-sort="descending"' in client.get("/hiscores").text


def test_the_next_page_begins_where_the_last_one_ended(client: TestClient, storage: Storage) -> None:
    models = [model(f"m{i}", 100.0 - i, LIGHTEST, mass=10.0 + 2.0 * i) for i in range(30)]
    for _ in range(2):  # the second run has duplicates of all
        walked(storage, *models[:15], results=MEASURED)
        walked(storage, *models[15:], results=MEASURED)
    whole = [one["id"] for one in client.get(f"{PREFIX}/hiscores").json()]
    got: list[int] = []
    while True:
        after = {"after": got[-1]} if got else {}
        page = [one["id"] for one in client.get(f"{PREFIX}/hiscores", params={"limit": 8, **after}).json()]
        if not page:
            break
        got += page
    assert got == whole and len(whole) == len(set(whole)) > 8
    assert client.get(f"{PREFIX}/hiscores", params={"after": 10**6}).status_code == 404
    assert 'rel="next"' not in client.get("/hiscores").text


def test_downloads_hold_the_filtered_hiscores(client: TestClient, storage: Storage) -> None:
    demo = walked(storage, model("a", 3.0, STOP, LIGHTEST))
    official = walked(storage, model("b", 2.0, LIGHTEST, mass=700.0), results=MEASURED)
    page = client.get("/hiscores?particle=X_Z1").text
    urls = {
        kind: url.replace("&amp;", "&") for kind, url in re.findall(r'href="/api/v1/hiscores(\S*?)\?([^"]*)"', page)
    }
    assert set(urls) == {"", ".csv", ".zip"} and len(set(urls.values())) == 1
    answer = client.get(f"{PREFIX}/hiscores.csv?{urls['.csv']}")
    assert answer.headers["content-disposition"] == 'attachment; filename="hiscores.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(r["run"], r["synthetic"], r["results"]) for r in rows] == [
        (demo, "true", "demo"),
        (official, "false", "official"),
    ]
    assert float(rows[0]["mass:X_t1"]) == 500.0 and rows[1]["mass:X_t1"] == ""
    with zipfile.ZipFile(io.BytesIO(client.get(f"{PREFIX}/hiscores.zip?{urls['.zip']}").content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) == {f"{rows[0]['id']}-synthetic.slha", f"{rows[1]['id']}.slha"}
    assert "synthetic" in texts[f"{rows[0]['id']}-synthetic.slha"] and "synthetic" not in texts[f"{rows[1]['id']}.slha"]
    only = client.get(f"{PREFIX}/hiscores.csv", params={"particle": "X_t1"}).text
    assert demo in only and official not in only


def test_own_runs_and_those_of_campaigns_lead_to_each_other(client: TestClient, storage: Storage) -> None:
    own = walked(storage, model("a", 3.0, LIGHTEST))
    question = PValueConfig(own, 3.0, universes=2)
    member = walked(storage, config_json=search(question.members()[0]), universe="{}", universe_seed=5)
    campaign = storage.create_campaign("pvalue", question.to_json(), judged_run=own, K_observed=3.0)
    storage.add_to_campaign(campaign, 0, member)
    for kind, there, absent in (("own", own, member), ("campaign", member, own)):
        text = client.get(f"/runs?kind={kind}").text
        assert f"/runs/{there}" in text and f"/runs/{absent}" not in text
        assert [r["id"] for r in client.get(f"{PREFIX}/runs?kind={kind}").json()["items"]] == [there]
    assert "completed <small>1</small>" in client.get("/runs?kind=own").text
    assert client.get("/runs?kind=others").status_code == 422
    assert f'part of</dt><dd><a href="/campaigns/{campaign}"' in client.get(f"/runs/{member}").text
    assert f'judged by</dt><dd><a href="/campaigns/{campaign}"' in client.get(f"/runs/{own}").text
    assert f'href="/runs/{member}"' in client.get(f"/campaigns/{campaign}").text
    assert f'href="/campaigns/{campaign}"' in client.get("/runs").text


def test_runs_of_a_technical_closure_are_no_universes(client: TestClient, storage: Storage) -> None:
    drawn = walked(storage, universe='{"seed": 5}', universe_seed=5)
    technical = walked(storage, universe='{"seed": null}', universe_seed=None)
    asked = ClosureConfig("technical", search(), SIGNAL, runs=1)
    campaign = storage.create_campaign("closure", asked.to_json(), closure=asked.closure)
    storage.add_to_campaign(campaign, 0, technical)
    rows = client.get("/runs").text.split("tr>")
    assert ["(universe 5)" in row for row in rows if drawn in row] == [True]
    assert ["technical closure" in row and "universe" not in row for row in rows if technical in row] == [True]


def test_the_first_page(client: TestClient, storage: Storage) -> None:
    text = client.get("/").text
    assert "nothing" in text and "none yet" in text and "Launch a demo run" in text
    body = re.search(r"data-body='([^']*)'", text)
    assert body is not None and client.post(f"{PREFIX}/runs", json=json.loads(body[1])).status_code == 202
    found = walked(storage, model("a", 3.0, LIGHTEST), model("b", 2.0, LIGHTEST, mass=900.0), results=MEASURED)
    best = storage.hiscores(found)[0].id
    storage.judge_protomodel(best, "robust", "{}", 2.5)
    question = PValueConfig(found, 3.0, universes=2)
    campaign = storage.create_campaign("pvalue", question.to_json(), judged_run=found, K_observed=3.0)
    text = client.get("/").text
    assert "queued" in text and f'/campaigns/{campaign}"' in text
    assert f'#{best}</a></td><td class="n">3.000</td><td>robust</td>' in text
    assert text.count('href="/protomodels/') == 1, "one row for a content"
    old = client.get("/?state=completed&before=rffffffff", follow_redirects=False)
    assert (old.status_code, old.headers["location"]) == (308, "/runs?state=completed&before=rffffffff")


def test_the_page_of_a_run(client: TestClient, storage: Storage) -> None:
    run, other = (walked(storage, model("a", K, LIGHTEST), results=MEASURED) for K in (3.0, 2.0))
    storage.add_event(run, "a walker was slow", "warning")
    text = client.get(f"/runs/{run}").text
    assert '<dd id="best">3.000</dd>' in text, "the K of the table's first row"
    assert 'mass</td><td class="n">2</td><td class="n">100%' in text
    quiet, loud = (client.get(f"/runs/{run}?{asked}").text for asked in ("level=info", "level=warning&find=SLOW"))
    assert "a walker was slow" not in quiet and "a walker was slow" in loud and "completed</li>" not in loud
    text = client.get(f"/runs/{run}?beside={other}").text
    assert (
        f'data-plot="{PREFIX}/runs/{run}/plots/climb?beside={other}"' in text
        and "beside=" + other + "&amp;format=svg" in text
    )
    figure = client.get(f"{PREFIX}/runs/{run}/plots/climb?beside={other}").json()
    assert [trace["name"] for trace in figure["data"]] == [run, other]
    assert client.get(f"/runs/{run}?beside=r00000000").status_code == 404
    waits = storage.create_run(new_run(config_json=search(), results=MEASURED))
    assert "waits for a runner" in client.get(f"/runs/{waits}").text


def test_the_glossary_has_every_term_and_particle(client: TestClient) -> None:
    text = client.get("/glossary").text
    for key, term in TERMS.items():
        assert f'<div id="{key}">' in text and term.shown in text
    for pid, particle in PARTICLES.items():
        assert f">{particle.name}</a>" in text and f'<td class="n">{pid}</td>' in text
    assert "X<sub>t</sub><sup>1</sup>" in text and "\\" not in text and "{" not in text.split("<main")[1]
    assert f'<abbr title="{TERMS["p"].words}">' in client.get("/").text


def test_pages_of_a_posterior(client: TestClient, storage: Storage) -> None:
    config = PosteriorConfig(results="demo", seed=1)
    one, other = (storage.create_posterior(NewPosterior(config.to_json(), DEMO, 2, 10)) for _ in range(2))
    assert "waits for a runner" in client.get(f"/posteriors/{one}").text
    lease = storage.lease_posterior(one, "me")
    unsure = replace(ANSWER, run=one, converged=False, reasons=("too few <draws>",))
    storage.keep_answer(one, unsure.to_json(), lease.attempt)
    text = client.get(f"/posteriors/{one}").text
    assert "Not <a" in text and "too few &lt;draws&gt;" in text and "Synthetic demo results" in text
    storage.keep_answer(one, replace(ANSWER, run=one).to_json(), lease.attempt)
    text = client.get(f"/posteriors/{one}").text
    assert "ln B = 0.44 ± 0.09" in text and "by visits at least 0.20" in text
    assert '<td>X_t1</td><td class="n">0.600</td>' in text and "none: the Standard Model" in text
    assert '<td>m(X_t1)</td><td class="n">0.70</td><td class="n">900</td>' in text and "m(X_g)" not in text
    for kind in ("contents", "corner", "spectrum", "signals"):
        url = f"{PREFIX}/posteriors/{one}/plots/{kind}"
        assert f'data-plot="{url}"' in text and client.get(url).json()["alt"].startswith("synthetic demo results")
    assert client.get(f"{PREFIX}/posteriors/{one}/plots/mass").status_code == 422
    assert client.get(f"{PREFIX}/posteriors/{other}/plots/contents").status_code == 404
    listed = client.get("/posteriors").text
    assert (
        f'href="/posteriors/{one}"' in listed and f'href="/posteriors/{other}"' in listed and "<td>yes</td>" in listed
    )


def test_pages_of_a_batch(client: TestClient, storage: Storage) -> None:
    settings, columns = json.dumps({"results": "official"}), json.dumps({"excluded": "truth", "r_max": "number"})
    models = [(f"<{n}>.slha", "text") for n in range(103)]
    batch = storage.create_batch(NewBatch("points & more", settings, columns, MEASURED.fingerprint, models))
    lease = storage.lease_batch(batch, "me")
    rows = {0: ('{"file": "a", "excluded": true, "r_max": 1.23456}', None), 1: ('{"file": "b"}', "no <mass>")}
    storage.commit_rows(batch, rows, lease.attempt)
    text = client.get(f"/batches/{batch}").text
    assert "points &amp; more: 2 of 103 models are judged, 1 could not be" in text and "Synthetic" not in text
    assert "&lt;0&gt;.slha" in text and "<td>yes</td><td>1.235</td>" in text and "no &lt;mass&gt;" in text
    assert "waits" in text and f"/batches/{batch}?after=100" in text and f"/batches/{batch}/table.csv" in text
    rest = client.get(f"/batches/{batch}?after=100").text
    assert (
        "&lt;100&gt;.slha" in rest
        and "&lt;102&gt;.slha" in rest
        and "&lt;99&gt;" not in rest
        and 'rel="next"' not in rest
    )
    assert f'href="/batches/{batch}"' in client.get("/batches").text

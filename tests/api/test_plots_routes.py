"""Figures over HTTP and by the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from protomodels.api.settings import PREFIX
from protomodels.database import Storage
from protomodels.plots.figure import Figure
from protomodels.plots.kinds import KINDS, FigureKind
from protomodels.plots.protomodels import spectrum_figure
from protomodels.plots.subject import Subject
from tests.api.asking import SMALL, is_problem
from tests.command_line import Cli

STARTS = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}
MEDIA = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}


def drawn_in_all_ways(client: TestClient, url: str) -> None:
    for_the_web = client.get(url).json()
    assert for_the_web["alt"] and isinstance(for_the_web["data"], list) and "title" in for_the_web["layout"]
    for kind, start in STARTS.items():
        answer = client.get(url, params={"format": kind})
        assert answer.content.startswith(start) and answer.headers["content-type"] == MEDIA[kind]
    is_problem(client.get(url, params={"format": "exe"}), 422, "format")


def test_each_picture_of_a_proto_model(client: TestClient, storage: Storage, walked: str) -> None:
    number = storage.hiscores(walked, 1)[0].id
    base = f"{PREFIX}/protomodels/{number}/plots"
    alts = [client.get(f"{base}/{kind}").json()["alt"] for kind in KINDS]
    assert len(set(alts)) == len(KINDS), "each says something of its own to those who cannot see it"
    drawn_in_all_ways(client, f"{base}/contributions")
    model = storage.protomodel(number)
    text = client.get(f"{base}/contributions").text
    assert all(c.analysis in text for c in model.contributions)
    is_problem(client.get(f"{base}/nothing"), 422, "kind")
    is_problem(client.get(f"{PREFIX}/protomodels/99999/plots/decays"), 404)
    for path in ("predictions", "explanation", "why"):
        assert client.get(f"{PREFIX}/protomodels/{number}/{path}").status_code == 200
    rests = client.get(f"{PREFIX}/protomodels/{number}/explanation").json()
    assert rests["K"] == pytest.approx(model.K, abs=1e-9)
    chosen = [rests["candidates"][place].split()[0] for place in rests["chosen"]]
    assert sorted(chosen) == sorted(c.analysis for c in model.contributions) == sorted(rests["without_analysis"])
    predictions = client.get(f"{PREFIX}/protomodels/{number}/predictions").json()
    assert {c.analysis for c in model.contributions} <= {p["analysis"] for p in predictions}


def test_a_new_kind_needs_one_line(
    client: TestClient, storage: Storage, walked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def masses(subject: Subject) -> Figure:
        return spectrum_figure(subject.model.masses)

    monkeypatch.setitem(KINDS, "own", FigureKind("own", "Our own section", "Our own title", "our own note", masses))
    number = storage.hiscores(walked, 1)[0].id
    page = client.get(f"/protomodels/{number}").text
    places = [page.index(f'/protomodels/{number}/plots/{kind}"') for kind in KINDS]
    assert places == sorted(places), "the page shows each kind, in their order"
    assert page.index("<h2>Our own section</h2>") < page.index("Our own title") < page.index("our own note")
    assert (
        client.get(f"{PREFIX}/protomodels/{number}/plots/own")
        .json()["alt"]
        .startswith("synthetic demo results: masses: ")
    )


def test_pictures_of_runs_and_results(client: TestClient, walked: str) -> None:
    drawn_in_all_ways(client, f"{PREFIX}/runs/{walked}/plots/climb")
    drawn_in_all_ways(client, f"{PREFIX}/results/demo/plots/combinability")
    waiting = client.post(f"{PREFIX}/runs", json=SMALL).json()["id"]
    assert client.get(f"{PREFIX}/runs/{waiting}/plots/climb").status_code == 200, "a run without a step"
    is_problem(client.get(f"{PREFIX}/runs/r0/plots/climb"), 404)
    is_problem(client.get(f"{PREFIX}/results/nothing/plots/combinability"), 422, "results")
    trace = client.get(f"{PREFIX}/runs/{walked}/trace", params={"points": 5}).json()
    assert trace["steps"] == [3, 6, 9, 12, 15] and [len(row) for row in trace["K"]] == [5, 5]
    assert sum(proposed for proposed, _ in trace["moves"].values()) == 30
    old_path = client.get(f"{PREFIX}/runs/{walked}/course", params={"points": 5}).json()
    assert old_path == trace


def test_the_command_draws_the_same(tmp_path: Path, demo: object) -> None:
    assert demo is not None
    cli = Cli(tmp_path)
    run = cli.json("run", "--results", "demo", "--walkers", "2", "--steps", "10", "--seed", "3", "--executor", "inline")
    assert isinstance(run, dict)
    number = str(cli.json("hiscores", "--limit", "1")[0]["id"])  # type: ignore[index]
    cli("plot", run["run"], "--to", str(tmp_path / "climb.pdf"))
    assert (tmp_path / "climb.pdf").read_bytes().startswith(b"%PDF")
    cli("plot", number, "--kind", "decays", "--to", str(tmp_path / "decays.png"))
    assert (tmp_path / "decays.png").read_bytes().startswith(b"\x89PNG")
    cli("plot", number, "--to", str(tmp_path / "all"))
    cli("plot", number, "--output", str(tmp_path / "one.svg"))
    assert (tmp_path / "one.svg").read_text().startswith("<?xml")
    assert {path.stem for path in (tmp_path / "all").iterdir()} == set(KINDS)
    assert ".svg" in cli("plot", number, "--kind", "decays", "--to", "x.exe", code=2).stderr
    assert "kind" in cli("plot", run["run"], "--kind", "decays", code=2).stderr
    assert "99999" in cli("plot", "99999", code=2).stderr

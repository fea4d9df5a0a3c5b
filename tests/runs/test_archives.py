"""A run in one file: read elsewhere it is the same run, and a file that is not what it must be leaves nothing."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from protomodels.database import RunState, Storage, WholeRun, open_storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Progress, Run, RunConfig
from protomodels.runs.archive import export_run, import_run
from protomodels.runs.archive.reading import run_of
from protomodels.runs.archive.writing import zipped
from protomodels.runs.new import new_config
from protomodels.runs.replay import replay
from protomodels.universes import Universe
from tests.storages import chains, new_run

CONFIG = RunConfig(results="demo", seed=5, walkers=3, steps=12, exchange=4)
Texts = dict[str, str]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with open_storage(tmp_path_factory.mktemp("here") / "runs.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def complete(here: Storage, demo: Predictor) -> str:
    run = Run.create(here, CONFIG, demo)
    run.execute(Execution("inline", chunk=3))
    return run.id


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Storage]:
    """Another storage, empty."""
    with open_storage(tmp_path / "there.db") as opened:
        yield opened


def is_empty(storage: Storage) -> bool:
    return not storage.list_runs() and not storage.list_results()


def plain(whole: WholeRun) -> WholeRun:
    """Without the numbers that each storage gives itself, and what only runners need."""
    free: dict[str, Any] = dict.fromkeys(("runner", "heartbeat_at", "lease_until", "leased_at", "universe"))
    protomodels = [replace(model, id=0) for model in whole.protomodels]
    return replace(whole, run=replace(whole.run, **free), protomodels=protomodels)


def test_a_run_is_the_same_elsewhere(
    here: Storage, there: Storage, complete: str, demo: Predictor, tmp_path: Path
) -> None:
    file = export_run(complete, tmp_path / "run.zip", storage=here)
    time.sleep(1.1)  # ids are seconds
    there.create_run(new_run())  # its proto-models and universes have other numbers there
    assert import_run(file, storage=there) == complete
    before, after = plain(here.whole_run(complete)), plain(there.whole_run(complete))
    assert before.protomodels and before.exchanges and before.protomodels[0].judgement
    assert after.log[-1].message == f"imported from run.zip, where it was run {complete}"
    assert replace(after, log=after.log[:-1]) == before
    for walker in range(CONFIG.walkers):
        assert replay(there, complete, demo, walker).identical
    best = here.hiscores(complete)[0]
    assert [model.K for model in there.hiscores(complete)] == [model.K for model in here.hiscores(complete)]
    assert there.progress(complete).best_K == best.K
    again = export_run(complete, tmp_path / "again.zip", storage=there)
    with zipfile.ZipFile(file) as one, zipfile.ZipFile(again) as other:
        differ = [name for name in one.namelist() if one.read(name) != other.read(name)]
    assert differ == ["history.json"]


def test_an_interrupted_run_goes_on_elsewhere(here: Storage, there: Storage, demo: Predictor, tmp_path: Path) -> None:
    run = Run.create(here, replace(CONFIG, seed=6), demo)

    def stop(progress: Progress) -> None:
        if progress.steps > 15 and here.get_run(run.id).state is RunState.RUNNING:
            here.set_state(run.id, "paused")

    run.execute(Execution("inline", chunk=2), stop)
    assert 15 < here.get_run(run.id).steps_done < 36 and here.exchanges(run.id)
    import_run(export_run(run.id, tmp_path / "run.zip", storage=here), storage=there)
    assert there.get_run(run.id).state is RunState.PAUSED
    for storage in (here, there):
        Run.resume(storage, run.id, demo).execute(Execution("inline"))
    assert there.get_run(run.id).state is RunState.COMPLETED
    assert chains(there.url, run.id) == chains(here.url, run.id)


def test_the_table_and_the_universe_go_along(here: Storage, there: Storage, demo: Predictor, tmp_path: Path) -> None:
    table = tmp_path / "none.json"
    table.write_text('{"note": "nothing µ", "pairs": []}\n', encoding="utf-8")
    config = new_config("demo", walkers=1, steps=3, seed=2, combinable=table)
    run = Run.create(here, replace(config, universe=Universe(3)), demo)
    run.execute(Execution("inline"))
    import_run(export_run(run.id, tmp_path / "run.zip", storage=here), storage=there)
    table.unlink()
    assert there.combinability_table(run.id) == here.combinability_table(run.id) != None  # noqa: E711
    assert there.whole_run(run.id).universe == Universe(3).to_json() and there.get_run(run.id).universe_seed == 3
    assert replay(there, run.id, demo, 0).identical


def test_ids_and_what_is_there_already(here: Storage, there: Storage, complete: str, tmp_path: Path) -> None:
    file = export_run(complete, tmp_path / "run.zip", storage=here)
    import_run(file, storage=there)
    with pytest.raises(ConfigError, match=f"run: got {complete}; allowed: a run that is not in this storage"):
        import_run(file, storage=there)
    other = replace(here.whole_run(complete), run=replace(here.get_run(complete), config_json='{"another": 1}'))
    moved = there.add_whole_run(other, "")
    assert moved > complete and there.get_run(moved).config_json == '{"another": 1}'
    far = replace(other, run=replace(other.run, id="rffffffff", config_json='{"a third": 1}'))
    assert moved < there.add_whole_run(far, "") < there.create_run(new_run())  # later ids are still to be had
    with pytest.raises(ConfigError, match=r"to: got .*run.zip; allowed: a path at which nothing is yet"):
        export_run(complete, file, storage=here)
    with pytest.raises(NotFoundError):
        export_run("r00000000", tmp_path / "none.zip", storage=here)
    assert not (tmp_path / "none.zip").exists()


@pytest.mark.parametrize("state", ["queued", "running", "cancelling"])
def test_nobody_is_at_work_on_what_was_imported(here: Storage, there: Storage, demo: Predictor, state: str) -> None:
    run = Run.create(here, replace(CONFIG, seed=8), demo).id
    for to in {"queued": (), "running": ("running",), "cancelling": ("running", "cancelling")}[state]:
        here.set_state(run, to)
    there.add_whole_run(here.whole_run(run), "as asked")
    record = there.get_run(run)
    assert record.state is RunState.PAUSED and record.runner is None and record.lease_until is None
    assert there.transitions(run)[-1].from_state == state
    assert there.lease("me", run=run) is not None


def edited(name: str, change: Callable[[Any], object]) -> Callable[[Texts], object]:
    """Changes the JSON of one of the files."""

    def edit(texts: Texts) -> None:
        values = json.loads(texts[name])
        change(values)
        texts[name] = json.dumps(values)

    return edit


def with_text(name: str, old: str, new: str) -> Callable[[Texts], object]:
    return lambda texts: texts.update({name: texts[name].replace(old, new, 1)})


BAD = {
    "a path out of here": (lambda t: t.update({"../../evil": "x"}), "files: got ../../evil too many"),
    "a file missing": (lambda t: t.pop("steps.csv"), "steps.csv missing"),
    "another format": (edited("run.json", lambda v: v.update(format_version=2)), "run.json: got format_version"),
    "an unknown key": (edited("run.json", lambda v: v.update(more=1)), "run.json: got more"),
    "not JSON": (lambda t: t.update({"walkers.json": "[{"}), "walkers.json"),
    "another seed": (edited("run.json", lambda v: v.update(seed=6)), "config.json: got seed 5"),
    "no settings": (lambda t: t.update({"config.json": "[]"}), "config.json"),
    "a table of nobody": (lambda t: t.update({"combinable.json": "{}"}), "combinable.json"),
    "a universe of nobody": (lambda t: t.update({"universe.json": '{"seed": 1}'}), "universe.json"),
    "an unknown state": (edited("run.json", lambda v: v.update(state="done")), "run.json: got state"),
    "a walker too many": (edited("walkers.json", lambda v: v.append(v[0] | {"walker": 7})), "chunks.csv"),
    "a walker twice": (edited("walkers.json", lambda v: v.append(v[0])), "walkers.json: got 0 twice"),
    "a broken state": (edited("walkers.json", lambda v: v[0].update(state_json="{}")), "walkers.json"),
    "broken random numbers": (edited("walkers.json", lambda v: v[0].update(rng_json="{}")), "walkers.json"),
    "a source of nobody": (edited("exchanges.json", lambda v: v[0].update(source=9)), "exchanges.json"),
    "a step missing": (with_text("steps.csv", "\n0,2,", "\n0,3,"), "steps.csv, line 3: not step 2 of walker 0"),
    "steps cut off": (lambda t: t.update({"steps.csv": t["steps.csv"][:200]}), "steps.csv"),
    "a gap": (with_text("chunks.csv", "0,1,3,", "0,1,2,"), "steps.csv"),
    "no model": (edited("protomodels.json", lambda v: v[0].update(model_json='{"masses": {}}')), "protomodels.json"),
    "a step of nobody": (edited("protomodels.json", lambda v: v[0].update(step=99)), "protomodels.json"),
    "no number": (edited("protomodels.json", lambda v: v[0].update(K=float("nan"))), "protomodels.json: got 0.K"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_archive_leaves_nothing(here: Storage, there: Storage, complete: str, tmp_path: Path, name: str) -> None:
    file = export_run(complete, tmp_path / "run.zip", storage=here)
    with zipfile.ZipFile(file) as archive:
        texts = {entry: archive.read(entry).decode() for entry in archive.namelist()}
    change, words = BAD[name]
    change(texts)
    file.write_bytes(zipped(texts))
    with pytest.raises(ConfigError) as caught:
        import_run(file, storage=there)
    assert words in str(caught.value) and str(file) in str(caught.value)
    assert is_empty(there)


def test_what_is_no_archive(here: Storage, there: Storage, complete: str, tmp_path: Path) -> None:
    data = export_run(complete, tmp_path / "run.zip", storage=here).read_bytes()
    broken = bytearray(data)
    broken[len(data) // 3] ^= 0xFF
    locked = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(locked, "w", zipfile.ZIP_LZMA) as packed:
        for entry in archive.namelist():
            packed.writestr(entry, archive.read(entry))
    for content in (b"", b"SQLite format 3", data[:-100], bytes(broken), locked.getvalue()):
        (tmp_path / "bad.zip").write_bytes(content)
        with pytest.raises(ConfigError, match=r"bad\.zip: files"):
            import_run(tmp_path / "bad.zip", storage=there)
    with pytest.raises(ConfigError, match=r"file: got .*nowhere.zip; allowed: a file that can be read"):
        import_run(tmp_path / "nowhere.zip", storage=there)
    assert is_empty(there)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, here: Storage, complete: str, tmp_path: Path) -> None:
    data = export_run(complete, tmp_path / "run.zip", storage=here).read_bytes()
    monkeypatch.setattr("protomodels.runs.archive.reading.LARGEST", 10_000)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    with pytest.raises(ConfigError, match=r"run.zip: files: got [0-9]+ bytes unpacked; allowed: at most 10000"):
        run_of(data, "run.zip")

"""A storage that version 0.1.0 made: it is upgraded, shown, and its paused run goes on to the same chain."""

from __future__ import annotations

import gzip
import math
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, select, text

from protomodels.campaign.closure import closure_answer
from protomodels.campaign.pvalue import pvalue_answer
from protomodels.cli.main import main
from protomodels.database import HiscoreQuery, RunState, Storage, TransitionError, open_storage, schema
from protomodels.database.engine import make_engine, migrating
from protomodels.database.urls import parse_url
from protomodels.errors import ConfigError, StorageError
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.compare import compare

DUMP: Final = Path(__file__).parent / "data" / "storage-0.1.0.sql.gz"
REVISION: Final = "0005"
FIRST, PAUSED, UNDISTURBED = "r6b08bffe", "r6b08c003", "r6b08c007"
PVALUE, CLOSURE = "c6b08c00d", "c6b08c025"


@pytest.fixture(scope="module")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The storage as SQLite's file, as version 0.1.0 left it."""
    path = tmp_path_factory.mktemp("storage") / "runs.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(gzip.decompress(DUMP.read_bytes()).decode())
    return path


@pytest.fixture
def copied(sqlite_file: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copyfile(sqlite_file, tmp_path / "runs.db"))


def to_postgresql(file: Path, url: str) -> None:
    """Give a PostgreSQL database the tables of revision 0005, and all rows of the file."""
    source, target = create_engine(f"sqlite:///{file}"), make_engine(parse_url(url))
    try:
        with migrating(target) as connection:
            settings = schema.configuration()
            settings.attributes["connection"] = connection
            command.upgrade(settings, REVISION)
            here, there = MetaData(), MetaData()
            here.reflect(source)
            there.reflect(connection)
            with source.connect() as reader:
                for table in there.sorted_tables:
                    rows = [row._asdict() for row in reader.execute(select(here.tables[table.name]))]
                    if rows and table.name != "alembic_version":
                        connection.execute(table.insert(), rows)
            for name in ("protomodels", "universes", "transitions", "events"):
                last = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608
                connection.execute(text(last))
    finally:
        source.dispose()
        target.dispose()


@pytest.fixture(params=("sqlite", "postgresql"))
def old(request: pytest.FixtureRequest, copied: Path) -> str:
    """The URL of that storage, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{copied}"
    url: str = request.getfixturevalue("new_database")()
    to_postgresql(copied, url)
    return url


@pytest.fixture
def storage(old: str) -> Iterator[Storage]:
    """The storage, upgraded."""
    with pytest.raises(StorageError, match="run `protomodels db upgrade` first"):
        open_storage(old)
    with open_storage(old, upgrade=True) as upgraded:
        yield upgraded


def test_what_an_older_version_stored_is_shown(storage: Storage) -> None:
    runs = {run.id: run for run in storage.list_runs()}
    assert len(runs) == 6 and list(runs) == sorted(runs, reverse=True)
    assert {run.state for run in runs.values()} == {RunState.COMPLETED, RunState.PAUSED}
    assert runs[FIRST].best_K == 1.2865762094554523 and runs[PAUSED].steps_done == 100
    assert {(run.results_name, run.policy, run.regions, run.search) for run in runs.values()} == {
        ("demo", "default", "best", "refined")
    }
    assert sorted(run.universe_seed for run in runs.values() if run.universe_seed is not None) == [1, 2]
    found = storage.find_run(runs[UNDISTURBED].config_json, runs[UNDISTURBED].results_fingerprint)
    assert found == runs[UNDISTURBED]
    best = storage.best_protomodels(HiscoreQuery(run=UNDISTURBED), 3)
    assert [(model.id, model.K) for model in best] == [
        (47, 11.391968982673587),
        (46, 11.187109548682095),
        (45, 9.689523864540687),
    ]
    assert (best[2].mu_hat, best[2].mu_max) == (0.9999997210738032, 1.1820000049411592)
    assert best[0].contributions and best[0].limits
    assert sum(2.0 * term.llr for term in best[0].contributions) > best[0].K
    assert [len(storage.steps(FIRST, walker)) for walker in range(2)] == [20, 20]
    walked = [K for row in storage.trace(UNDISTURBED).K for K in row if K is not None]
    assert max(walked) == pytest.approx(best[0].K)


def test_campaigns_of_an_older_version_keep_their_answers(storage: Storage) -> None:
    closure, pvalue = storage.list_campaigns()
    assert (closure.id, closure.closure, closure.judged_run) == (CLOSURE, "technical", None)
    assert (pvalue.id, pvalue.judged_run, pvalue.K_observed) == (PVALUE, FIRST, 1.2865762094554523)
    assert storage.create_campaign("pvalue", pvalue.config_json, judged_run=FIRST) == PVALUE
    with pytest.raises(TransitionError, match="is judged by a campaign"):
        storage.delete_run(FIRST)
    answer = pvalue_answer(storage, PVALUE)
    assert answer.K_fake == (1.0228900738116353, -0.08932635895417063)
    assert (answer.K_observed, answer.reaching, answer.wanted) == (1.2865762094554523, 0, 2)
    assert math.isclose(answer.p, 1 / 3)
    (found,) = closure_answer(storage, CLOSURE)
    assert (found.K, found.partner) == (-2.25, {1000022: 409.7103642310507, 1000006: None})


def test_a_run_that_an_older_version_left_is_not_walked_on_by_another_search(storage: Storage, demo: Predictor) -> None:
    """Policy default chooses regions otherwise since: its chain would be that of neither version."""
    before = compare(storage, PAUSED, UNDISTURBED)
    assert before.chains == {0: 51, 1: 51}
    with pytest.raises(ConfigError, match=rf"run: got {PAUSED}, which search version 1 began; .*begin it anew"):
        Run.resume(storage, PAUSED, demo)
    assert storage.get_run(PAUSED).state is RunState.PAUSED


def test_the_papers_search_finds_what_it_found_in_the_older_version(storage: Storage, demo: Predictor) -> None:
    """Best K and the sum of all K are those of version 0.1.0 with these settings, but for the last bits of mu-hat."""
    run = Run.create(storage, RunConfig("demo", 17, 2, 40, policy="paper"), demo)
    found = run.execute(Execution("inline"))
    walked = [step.K for walker in range(2) for step in storage.steps(run.id, walker) if step.K is not None]
    assert found.best_K == pytest.approx(4.062832830134891, abs=1e-5)
    assert math.fsum(walked) == pytest.approx(-80.83882732152338, abs=1e-4)


def test_the_command_upgrades_and_shows_it(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["protomodels", *arguments, "--storage", f"sqlite:///{copied}"])
        with pytest.raises(SystemExit) as done:
            main()
        return int(done.value.code or 0), *capsys.readouterr()

    code, _, problem = call("status")
    assert code == 3 and "protomodels db upgrade" in problem
    assert call("db", "upgrade")[0] == 0
    code, shown, _ = call("status")
    assert code == 0 and all(run in shown for run in (FIRST, PAUSED, UNDISTURBED))
    code, shown, _ = call("hiscores", "--run", FIRST)
    assert code == 0 and "1.287" in shown
    code, shown, _ = call("show", "47", "--no-ablation")
    assert code == 0 and "K = 11.392" in shown

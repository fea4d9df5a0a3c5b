"""Steps, contributions, predictions and hiscores as data frames and as Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from protomodels.database import HiscoreQuery, NewRun, open_storage
from protomodels.errors import ConfigError, MissingExtraError, NotFoundError
from protomodels.runs.frames import contributions_frame, steps_frame
from protomodels.runs.hiscores import Hiscores, hiscores_of
from tests.storages import DEMO, a_chunk, a_hiscore, commit


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A storage with a run of two walkers and a hiscore."""
    path = tmp_path / "runs.db"
    with open_storage(path) as storage:
        run = storage.create_run(NewRun("{}", DEMO, 1, 2, 4))
        storage.set_state(run, "running")
        commit(storage, run, 0, a_chunk(1, 3, [a_hiscore("a", 0.1 + 0.2, masses={1000022: 1 / 3})]))
        commit(storage, run, 1, a_chunk(1, 2))
    return path


def test_steps_have_a_row_each(file: Path) -> None:
    pytest.importorskip("pandas")
    frame = steps_frame("latest", storage=file)
    assert list(zip(frame["walker"], frame["step"], strict=True)) == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2)]
    assert frame["K"].to_list()[:2] == [1 / 7, 2 / 7] and set(frame["move"]) == {"mass"}
    assert steps_frame("latest", walkers=[1], storage=file)["step"].to_list() == [1, 2]
    with pytest.raises(NotFoundError):
        steps_frame("r00000001", storage=file)


def test_hiscores_as_parquet_keep_every_bit(file: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with open_storage(file) as storage:
        found = hiscores_of(storage, None, [], 5)
        assert list(contributions_frame(found).columns)[:2] == ["protomodel", "analysis"]
        assert storage.hiscores(HiscoreQuery(), 1)[0].K == found[0].K
    found.to_parquet(tmp_path / "x.parquet")
    [row] = parquet.read_table(tmp_path / "x.parquet").to_pylist()
    assert (row["K"], row["X_Z1"], row["verdict"]) == (0.1 + 0.2, 1 / 3, None)
    Hiscores(()).to_parquet(tmp_path / "none.parquet")
    assert parquet.read_table(tmp_path / "none.parquet").num_rows == 0
    with pytest.raises(ConfigError, match="a file that can be written"):
        found.to_parquet(tmp_path / "missing" / "x.parquet")


def test_what_is_not_installed_is_named(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="notebook"):
        steps_frame("latest", storage=file)
    with pytest.raises(MissingExtraError, match="scan"):
        Hiscores(()).to_parquet(tmp_path / "x.parquet")

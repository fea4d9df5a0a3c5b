"""A storage in a file, for tests of files, connections and schemas."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.database import NewRun, open_storage
from tests.database.files import RESULTS, url_of


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The file of a storage with one run, closed."""
    path = tmp_path / "runs.db"
    with open_storage(url_of(path)) as storage:
        storage.create_run(NewRun("{}", RESULTS, 1, 2, 1000))
    return path

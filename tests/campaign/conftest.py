"""A storage, a run on the published data to be judged, and the hidden proto-model of the demo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from protomodels.database import Storage, open_storage
from protomodels.files import read_model
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.results.demo import HIDDEN
from protomodels.runs import Run
from tests.campaign.searches import BASE, INLINE


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    with open_storage(url) as opened:
        yield opened


@pytest.fixture
def real(storage: Storage, demo: Predictor) -> str:
    """A run on the published data."""
    run = Run.create(storage, BASE, demo)
    run.execute(INLINE)
    return run.id


@pytest.fixture(scope="module")
def hidden() -> ProtoModel:
    return read_model(HIDDEN)[0]

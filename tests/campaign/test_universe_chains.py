"""A run in a universe has the same chains wherever it is walked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from protomodels.database import open_storage
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.universes import Universe
from tests.campaign.searches import BASE, INLINE
from tests.storages import chains


@pytest.mark.parametrize("executor", ["process", "ray"])
def test_chains_in_a_universe_do_not_depend_on_where_they_are_walked(
    executor: str, demo: Predictor, hidden: ProtoModel, tmp_path: Path
) -> None:
    config = replace(BASE, universe=Universe.with_signal(hidden, 4, 0.65))
    found = []
    for name in ("inline", executor):
        url = f"sqlite:///{tmp_path / name}.db"
        with open_storage(url) as storage:
            run = Run.create(storage, config, demo)
            run.execute(Execution(name, None if name == "inline" else 2))
        found.append(chains(url, run.id))
    assert found[0] == found[1]
    assert found[0] != chains_of(replace(BASE, universe=Universe(4, 0.65)), demo, tmp_path)


def chains_of(config: RunConfig, demo: Predictor, folder: Path) -> object:
    url = f"sqlite:///{folder / 'own.db'}"
    with open_storage(url) as storage:
        run = Run.create(storage, config, demo)
        run.execute(INLINE)
    return chains(url, run.id)

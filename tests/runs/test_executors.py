"""The chains of a run do not depend on what computes them, nor on how it is cut into chunks, nor on what dies."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.channels import CHANNELS, is_open
from protomodels.database import RunState, open_storage
from protomodels.errors import ConfigError, MissingExtraError, ProtomodelsError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.executors import WorkerLostError
from protomodels.runs.executors.base import MAX_LOSSES
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Chunk, Walk
from tests.storages import Chains, chains

CONFIG = RunConfig(results="demo", seed=11, walkers=3, steps=12)

Walked = Callable[..., Chains]


@pytest.fixture
def walked(demo: Predictor, tmp_path: Path) -> Walked:
    """walked(how): the chains of a run of CONFIG computed so, in a storage of its own."""

    def run(how: Execution, config: RunConfig = CONFIG) -> Chains:
        url = f"sqlite:///{tmp_path / 'runs.db'}"
        with open_storage(url) as storage:
            run = Run.create(storage, config, demo)
            run.execute(how)
            assert storage.get_run(run.id).state is RunState.COMPLETED
        return chains(url, run.id)

    return run


@pytest.fixture(scope="module")
def expected(demo: Predictor, tmp_path_factory: pytest.TempPathFactory) -> Chains:
    """The chains of CONFIG, computed in this process."""
    url = f"sqlite:///{tmp_path_factory.mktemp('expected') / 'runs.db'}"
    with open_storage(url) as storage:
        run = Run.create(storage, CONFIG, demo)
        run.execute(Execution("inline"))
    found = chains(url, run.id)
    assert len(found["hiscores"]) >= CONFIG.walkers and all(w[1] == CONFIG.steps for w in found["walkers"])
    return found


@pytest.mark.parametrize(
    "how",
    [
        Execution("inline", chunk=1),
        Execution("inline", chunk=5),
        Execution("inline", chunk=1000),
        Execution("process", workers=1, chunk=7),
        Execution("process", workers=2, chunk=1),
        Execution("process", workers=2),
        Execution("ray", workers=1, chunk=5),
        Execution("ray", workers=2, chunk=2),
    ],
    ids=lambda how: f"{how.executor} {how.workers} {how.chunk}",
)
def test_the_chains_are_the_same_to_the_last_bit(walked: Walked, expected: Chains, how: Execution) -> None:
    assert walked(how) == expected


def test_polished_models_and_exchanges_do_not_depend_on_chunks(walked: Walked) -> None:
    """Models are polished and handed on at step 100, in the middle of chunks of 30 and at the end of one of 50."""
    config = RunConfig(results="demo", seed=5, walkers=3, steps=130)
    several = [walked(Execution("inline", chunk=chunk), config) for chunk in (30, 50)]
    assert several[0] == several[1]
    assert all("move='climb'" in steps for steps in several[0]["steps"])


@pytest.mark.parametrize("executor", ["process", "ray"])
def test_a_worker_that_is_killed_is_replaced(
    walked: Walked, expected: Chains, executor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It kills itself in the middle, once: the file tells whether it has."""
    original, done, driver = Walk.advance, str(tmp_path / "done"), os.getpid()

    def deadly(self: Walk, state: WalkState, n_steps: int) -> Chunk:
        if state.step >= 4 and os.getpid() != driver and not os.path.exists(done):  # noqa: PTH110 - goes to Ray as it is
            open(done, "w").close()  # noqa: PTH123
            os.kill(os.getpid(), signal.SIGKILL)
        return original(self, state, n_steps)

    if executor == "process":
        monkeypatch.setattr(Walk, "advance", deadly)
        assert walked(Execution("process", workers=2, chunk=2)) == expected
    else:
        import psutil

        def kill_one(_: object) -> None:
            workers = [p for p in psutil.Process().children(recursive=True) if p.name().startswith("ray::_adv")]
            if workers and not Path(done).exists():
                Path(done).touch()
                workers[0].kill()

        assert walked_with(walked, kill_one, monkeypatch) == expected
    assert Path(done).exists()


def walked_with(walked: Walked, on_progress: Callable[[object], None], monkeypatch: pytest.MonkeyPatch) -> Chains:
    """The chains of a run on Ray during which something is called after each commit."""
    original = Run.execute

    def execute(self: Run, how: Execution, *_: object) -> object:
        return original(self, how, on_progress)

    monkeypatch.setattr(Run, "execute", execute)
    return walked(Execution("ray", workers=2, chunk=1))


def test_steps_that_always_kill_their_worker_crash_the_run(
    demo: Predictor, tmp_path: Path, expected: Chains, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, driver = Walk.advance, os.getpid()
    deaths = tmp_path / "deaths"

    def deadly(self: Walk, state: WalkState, n_steps: int) -> Chunk:
        if state.step >= 4 and os.getpid() != driver:
            with deaths.open("a") as handle:
                handle.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        return original(self, state, n_steps)

    url = f"sqlite:///{tmp_path / 'runs.db'}"
    with open_storage(url) as storage:
        run = Run.create(storage, CONFIG, demo)
        with monkeypatch.context() as patch:
            patch.setattr(Walk, "advance", deadly)
            with pytest.raises(WorkerLostError, match=f"died {MAX_LOSSES + 1} times at the same steps"):
                run.execute(Execution("process", workers=1, chunk=2))
        assert storage.get_run(run.id).state is RunState.CRASHED
        assert 0 < storage.get_run(run.id).steps_done < 36
        Run.resume(storage, run.id, demo).execute(Execution("inline", chunk=5))
    assert chains(url, run.id) == expected


def test_an_error_that_cannot_be_sent_is_told_in_words(
    demo: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that raised it did not die."""

    def wrong(self: Walk, state: WalkState, n_steps: int) -> Chunk:
        raise ConfigError("moves", lambda: None, "something that can be pickled")

    monkeypatch.setattr(Walk, "advance", wrong)
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as storage:
        run = Run.create(storage, CONFIG, demo)
        with pytest.raises(ProtomodelsError, match=r"ConfigError: moves: got <function.*something that can be pickled"):
            run.execute(Execution("process", workers=1, chunk=2))


def test_ray_wants_results_that_a_worker_can_open(demo: Any, tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as storage:
        run = Run.create(storage, CONFIG, demo.with_catalog(demo.catalog))
        with pytest.raises(ConfigError, match="executor: got ray; allowed: inline or process"):
            run.execute(Execution("ray"))
        assert storage.get_run(run.id).state is RunState.FAILED


def test_ray_is_asked_for_where_it_is_not_installed(
    demo: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "protomodels.runs.executors.cluster", raising=False)
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as storage:
        run = Run.create(storage, CONFIG, demo)
        with pytest.raises(MissingExtraError, match=r"need ray\[default\], which is not installed: pip"):
            run.execute(Execution("ray"))
        assert storage.get_run(run.id).state is RunState.FAILED


def test_an_executor_that_does_not_exist(demo: Predictor, tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as storage:
        run = Run.create(storage, CONFIG, demo)
        with pytest.raises(ConfigError, match="executor: got none; allowed: one of inline, process, ray"):
            run.execute(Execution("none"))


MASSES = {1000022: 100.0, 1000024: 200.0, 1000023: 300.0, 1000006: 900.0, 1000005: 700.0, 1000021: 1500.0}


@settings(max_examples=200)
@given(st.data())
def test_a_model_that_was_stored_is_the_same_to_the_last_bit(data: st.DataObject) -> None:
    """Branching ratios are normalised once: dividing again would let a walk depend on its chunks."""
    decays = {}
    for pid in MASSES:
        channels = [channel for channel in CHANNELS[pid] if is_open(pid, channel, MASSES)]
        if channels:
            weights = data.draw(st.lists(st.floats(1e-3, 1.0), min_size=len(channels), max_size=len(channels)))
            decays[pid] = {c: w / sum(weights) for c, w in zip(channels, weights, strict=True)}
    model = ProtoModel(MASSES, decays)
    again = model_from_dict(json.loads(json.dumps(model.as_dict())))
    assert again == model and again.as_dict() == model.as_dict()

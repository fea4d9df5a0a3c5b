"""The compiled file in the cache: damaged, killed while it was made, made twice at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.cache import cache_directory
from protomodels.errors import ResultsError
from protomodels.particles import PARTICLES, Particle
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_compiled, load_results
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.predictor.structures.matching import Matcher
from protomodels.results.cached import COMPILED_FORMAT, ORACLE_FORMAT
from protomodels.results.compiled.container import DamagedFileError, read_arrays, read_meta, write_arrays
from protomodels.results.compiled.file import OtherParticlesError
from protomodels.results.compiled.particle_table import ENTRY, particle_table
from protomodels.results.info import opened_results
from protomodels.results.making import has_compiled
from protomodels.results.store import open_results


@pytest.fixture
def own(demo_oracle: SModelSPredictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The compiled demo in a cache of its own, beside SModelS's binary file, from which it is made again soon."""
    file, binary = Path(open_results("demo").file), cache_directory() / ORACLE_FORMAT / demo_oracle.fingerprint
    cache = tmp_path / "cache"
    shutil.copytree(binary, cache / ORACLE_FORMAT / binary.name)
    (cache / COMPILED_FORMAT).mkdir()
    monkeypatch.setenv("PROTOMODELS_CACHE", str(cache))
    return Path(shutil.copy(file, cache / COMPILED_FORMAT))


def _flip(file: Path) -> None:
    """One bit of the values of the maps: the file is as long as before and its header is right."""
    listed, meta = read_meta(file)
    content = bytearray(file.read_bytes())
    content[meta["start"] + listed["map_values"][2] + 1001] ^= 4
    file.unlink()
    file.write_bytes(content)


def _truncate(file: Path) -> None:
    os.truncate(file, 100)


@pytest.mark.parametrize("damage", [_flip, _truncate])
def test_a_damaged_file_is_made_again(damage: Callable[[Path], None], own: Path, demo: CompiledPredictor) -> None:
    damage(own)
    with pytest.raises(DamagedFileError, match=own.name):
        load_compiled(own)
    again = load_results("demo")
    load_compiled(own)
    assert again.fingerprint == demo.fingerprint
    for model in random_models(9, 3):
        got, expected = again.predict(model), demo.predict(model)
        np.testing.assert_array_equal(got.rows, expected.rows)
        np.testing.assert_allclose(got.sigma, expected.sigma, rtol=1e-14)


def _from(source: Path, name: str, file: Path) -> None:
    """As if the file had been compiled from another source."""
    arrays, meta = read_arrays(file)
    del meta["start"]
    write_arrays(file, arrays, {**meta, "about": {**meta["about"], "source": str(source), "name": name}})


def test_a_damaged_file_without_its_source_is_named(own: Path, tmp_path: Path) -> None:
    _from(tmp_path / "gone.tar.xz", "mine", own)
    assert [info.name for info in opened_results()] == ["mine"] and load_results("mine").name == "mine"
    _flip(own)
    with pytest.raises(DamagedFileError, match=own.name):
        load_results("mine")
    assert own.exists()


def test_a_damaged_file_is_made_again_from_where_its_text_is_now(own: Path, tmp_path: Path) -> None:
    """Compiled from an archive that is gone, but the same text was asked for from somewhere else."""
    _from(tmp_path / "gone.tar.xz", "mine", own)
    assert open_results("demo").source == str(tmp_path / "gone.tar.xz")
    _flip(own)
    load_results("demo")
    load_compiled(own)


def test_a_killed_attempt_and_two_at_once(tmp_path: Path, demo: CompiledPredictor) -> None:
    cache, command = (
        tmp_path / "cache",
        "from protomodels.predictor import load_results; print(load_results('demo').fingerprint)",
    )

    def start() -> subprocess.Popen[str]:
        # a group of its own: the processes that it starts end with it
        environment = {**os.environ, "PROTOMODELS_CACHE": str(cache)}
        arguments = [sys.executable, "-c", command]
        return subprocess.Popen(  # noqa: S603
            arguments, env=environment, start_new_session=True, stdout=subprocess.PIPE, text=True
        )

    with start() as killed:
        while not list(cache.rglob("*.lock")):
            assert killed.poll() is None
            time.sleep(0.01)
        time.sleep(0.5)
        os.killpg(killed.pid, signal.SIGKILL)
        assert killed.wait() == -signal.SIGKILL
    assert not list(cache.rglob("*.bin"))
    both = [start(), start()]
    assert [process.communicate()[0].strip() for process in both] == [demo.fingerprint] * 2
    assert [process.returncode for process in both] == [0, 0]
    (file,) = cache.rglob("*.bin")
    assert load_compiled(file).fingerprint == demo.fingerprint
    assert {path.suffix for path in file.parent.iterdir()} == {".bin", ".lock"}


SELECTRON = 2000011
"""The right-handed one: SModelS knows it, we have no such particle."""


@pytest.fixture
def one_more_particle(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update of the program that brings a particle."""
    monkeypatch.setitem(PARTICLES, SELECTRON, Particle(SELECTRON, "X_eR", "X_{eR}", "lepton", 11))


def _says(file: Path, table: str | None) -> None:
    """As if the file had been made with another particle table; None for one of version 0.1.0, without the entry."""
    arrays, meta = read_arrays(file)
    del meta["start"]
    meta.pop(ENTRY, None)
    write_arrays(file, arrays, {**meta, ENTRY: table} if table else meta)


def test_a_file_of_the_version_before_is_used_while_its_particles_are_ours(own: Path) -> None:
    _says(own, None)
    time_of = own.stat().st_mtime_ns
    assert load_results("demo").catalog.analyses
    assert own.stat().st_mtime_ns == time_of, "it was not made again"


@pytest.mark.parametrize("old", [True, False])
def test_a_file_of_other_particles_is_not_used(old: bool, own: Path, one_more_particle: None) -> None:
    if old:
        _says(own, None)
    with pytest.raises(OtherParticlesError, match=r"another particle table, without X_eR \(2000011\)"):
        load_compiled(own)
    assert opened_results() == [] and not has_compiled(own.stem)


def test_a_file_of_other_particles_is_made_again(own: Path, demo: CompiledPredictor) -> None:
    for asked in ("demo", own.stem[:12]):
        _says(own, "0" * 64)
        (model,) = random_models(4, 1)
        np.testing.assert_array_equal(load_results(asked).predict(model).rows, demo.predict(model).rows)
        assert read_meta(own)[1][ENTRY] == particle_table()


def test_other_particles_and_no_source_are_said_in_words(own: Path, tmp_path: Path) -> None:
    _from(tmp_path / "gone.tar.xz", "mine", own)
    _says(own, "0" * 64)
    with pytest.raises(ResultsError, match=r"mine \(.*another particle table.*gone\.tar\.xz is gone"):
        load_results("mine")
    assert own.exists()


def test_a_particle_that_results_do_not_know_is_named(demo: CompiledPredictor) -> None:
    kinds = {pid: kind for pid, kind in demo.meta["kinds"].items() if pid != str(1000006)}
    with pytest.raises(ResultsError, match=r"compiled without X_t1 \(1000006\)"):
        Matcher({**demo.meta, "kinds": kinds}).kind(1000006)

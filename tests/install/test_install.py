"""The packages that `pip install` gets: whole, nothing else, and they work away from this folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from protomodels.combiner import Combinability
from protomodels.extras import EXTRAS
from protomodels.files import model_from_dict
from protomodels.scoring import Scorer

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.name for path in (ROOT / "protomodels").iterdir() if path.is_symlink())
MODEL = {
    "masses": {"1000022": 200.0, "1000001": 700.0},
    "decays": {"1000001": {"1000022,1": 1.0}},
    "ssmultipliers": {"-1000001,1000001": 0.3},
}


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a program that knows nothing of this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | more


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a command says; what it complains of is in the error."""
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, env=clean_environment(**environment), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was made from it alone."""
    folder = tmp_path_factory.mktemp("built")
    sources = folder / "sources"
    # away from here: setuptools believes the list of files that an earlier build left
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "site")
    shutil.copytree(ROOT, sources, symlinks=True, ignore=ignored)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, sources, folder=folder)
    return folder


def in_the_folders() -> set[str]:
    """Files of the package here, those of the rooms that it links to among them."""
    paths = [Path(top) / name for top, _, names in os.walk(ROOT / "protomodels", followlinks=True) for name in names]
    return {str(path.relative_to(ROOT)) for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_holds_the_packages_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        told = {name: wheel.read(name) for name in names if not name.startswith("protomodels-")}
        metadata = wheel.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    assert set(told) == in_the_folders()
    assert {Path(name).suffix for name in told} >= {
        ".py",
        ".html",
        ".js",
        ".css",
        ".csv",
        ".json",
        ".xz",
        ".ini",
        ".mako",
    }
    assert all((ROOT / name).read_bytes() == content for name, content in told.items())
    assert "Name: protomodels\n" in metadata and "License-Expression: GPL-3.0-or-later\n" in metadata
    assert "protomodels/py.typed" in told
    assert {name.partition("/")[2] for name in names - set(told)} >= {"entry_points.txt", "licenses/LICENSE"}


def test_the_source_distribution_can_be_built_and_holds_no_tests(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sources:
        names = {member.name.partition("/")[2] for member in sources if member.isfile()}
    assert names >= in_the_folders() | {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "requirements.lock"}
    tops = {name.partition("/")[0] for name in names if "/" in name}
    assert tops == {"protomodels", "protomodels.egg-info"}


@pytest.fixture(scope="module")
def home(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and the packages of this one, but for the checkout and what extras bring."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", next(built.glob("*.whl")), folder=home)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=home).strip())
    # as a plain line of sys.path: .pth files in there, as that of the checkout, are not read
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\nimport hide_extras\n")
    (site / "hide_extras.py").write_text(HIDE_EXTRAS.format(names=[m for names in EXTRAS.values() for m in names]))
    return home


HIDE_EXTRAS = """
import os, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
if "WITH_EXTRAS" not in os.environ:
    sys.meta_path.insert(0, Hidden())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory of a user who has modules of the same names as our folders."""
    for name in (*ROOMS, "tests"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the user was executed')\n")
    (tmp_path / "model.json").write_text(json.dumps(MODEL))
    return tmp_path


def test_nothing_else_lands_in_the_environment(home: Path, folder: Path) -> None:
    python = home / "bin" / "python"
    text = "import protomodels.api.settings as here; print(here.__file__)"
    where = Path(run(python, "-c", text, folder=folder).strip())
    site = where.parents[2]
    assert site.is_relative_to(home)
    assert (site / "protomodels" / "walker").is_dir()
    assert not {path.name.partition(".")[0] for path in site.iterdir()} & {*ROOMS, "tests", "benchmarks"}


def test_it_scores_and_runs_without_extras(home: Path, folder: Path, scorer: Scorer) -> None:
    command = home / "bin" / "protomodels"
    assert "evaluate" in run(command, "--help", folder=folder)
    # a cache of its own: kernels of another folder are compiled again, and would stay in that of the user
    kept = {"PROTOMODELS_CACHE": str(home / "cache"), "PROTOMODELS_STORAGE": f"sqlite:///{folder / 'runs.db'}"}
    score = json.loads(run(command, "evaluate", "model.json", "--format", "json", folder=folder, **kept))
    assert score["n_particles"] == 2 and score["K"] == scorer.evaluate(model_from_dict(MODEL)).K
    done = json.loads(
        run(command, "run", "--walkers", "2", "--steps", "3", "--seed", "1", "--format", "json", folder=folder, **kept)
    )
    assert done["state"] == "completed"
    queued = run(
        command, "run", "--walkers", "1", "--steps", "2", "--seed", "1", "--queue", "--detach", folder=folder, **kept
    )
    assert queued.startswith("run ")
    run(command, "runner", "--until-idle", folder=folder, **kept)
    runs = json.loads(run(command, "list", "--format", "json", folder=folder, **kept))
    assert [found["state"] for found in runs] == ["completed", "completed"]
    refused = subprocess.run(  # noqa: S603 - our own command
        [command, "serve"], cwd=folder, env=clean_environment(**kept), capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2 and "the extra service of protomodels" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_rules_of_combinations_come_along(home: Path, folder: Path) -> None:
    text = "from protomodels.combiner import combinability_for as rules; print(len(rules('of a user').listed))"
    assert int(run(home / "bin" / "python", "-c", text, folder=folder)) == len(Combinability.from_rules().listed) > 1000


def test_the_service_comes_with_its_extra(home: Path, folder: Path) -> None:
    url = f"sqlite:///{folder / 'runs.db'}"  # templates of migrations come along
    run(home / "bin" / "protomodels", "db", "upgrade", "--storage", url, folder=folder)
    serving = (
        "from protomodels.api.app import create_app; from protomodels.api.settings import Settings\n"
        f"app = create_app(Settings({url!r}, '127.0.0.1'))\n"
        "from starlette.testclient import TestClient\n"
        "with TestClient(app, base_url='http://127.0.0.1', client=('127.0.0.1', 1)) as client:\n"
        "    print(client.get('/').status_code, client.get('/static/style.css').status_code)\n"
    )
    assert run(home / "bin" / "python", "-P", "-c", serving, folder=folder, WITH_EXTRAS="1").split() == ["200", "200"]

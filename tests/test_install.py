"""The packages that `pip install` gets: whole, nothing else, and they work away from this folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from protomodels.files import model_from_dict
from protomodels.scoring import Scorer

ROOT = Path(__file__).parents[1]
MODEL = {
    "masses": {"1000022": 200.0, "1000001": 700.0},
    "decays": {"1000001": {"1000022,1": 1.0}},
    "ssmultipliers": {"-1000001,1000001": 0.3},
}


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a command says; what it complains of is in the error."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was made from it alone."""
    folder = tmp_path_factory.mktemp("built")
    sources = folder / "sources"
    # away from here: setuptools believes the list of files that an earlier build left
    shutil.copytree(ROOT, sources, ignore=shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "site"))
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, sources, folder=folder)
    return folder


def packages() -> set[str]:
    """Top-level packages, as pyproject.toml names them."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]["find"]["include"]
    return {name.rstrip("*") for name in found}


def in_the_folders() -> set[str]:
    """Files of the packages here."""
    paths = [path for name in packages() for path in (ROOT / name).rglob("*") if path.is_file()]
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
    assert tops == packages() | {"protomodels.egg-info"}


def test_it_works_from_another_folder(built: Path, scorer: Scorer, tmp_path: Path) -> None:
    """In an environment that has the packages of this one, but not the checkout."""
    home = tmp_path / "environment"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, folder=tmp_path)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=tmp_path).strip())
    # as a plain line of sys.path: .pth files in there, as that of the checkout, are not read
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = run(python, "-c", "import protomodels.api; print(protomodels.api.__file__)", folder=tmp_path).strip()
    assert Path(where).is_relative_to(site)

    command = home / "bin" / "protomodels"
    assert "evaluate" in run(command, "--help", folder=tmp_path)
    (tmp_path / "model.json").write_text(json.dumps(MODEL))
    # a cache of its own: kernels of another folder are compiled again, and would stay in that of the user
    cache = {"PROTOMODELS_CACHE": str(tmp_path / "cache")}
    line = ["evaluate", "model.json", "--results", "demo", "--format", "json"]
    score = json.loads(run(command, *line, folder=tmp_path, **cache))
    expected = scorer.score(model_from_dict(MODEL))
    assert expected is not None and score["n_particles"] == 2
    assert score["K"] == expected.K

    url = f"sqlite:///{tmp_path / 'runs.db'}"  # templates of migrations come along
    run(command, "db", "upgrade", "--storage", url, folder=tmp_path)
    assert json.loads(run(command, "list", "--storage", url, "--format", "json", folder=tmp_path)) == []
    serving = (
        "from protomodels.api.pages import filters; from protomodels.api.app import create_app; "
        "from protomodels.api.settings import Settings\n"
    )
    serving += f"app = create_app(Settings({url!r}, '127.0.0.1'))\n"
    serving += "from starlette.testclient import TestClient\n"
    serving += "with TestClient(app, base_url='http://127.0.0.1', client=('127.0.0.1', 1)) as client:\n"
    serving += "    print(client.get('/').status_code, client.get('/static/style.css').status_code)\n"
    assert run(python, "-c", serving, folder=tmp_path).split() == ["200", "200"]

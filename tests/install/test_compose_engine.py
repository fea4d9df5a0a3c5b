"""docker-compose.yml on a real engine: the image builds and is small, a run outlives the death of every service.

`make test-compose`; skipped, with the reason, where there is no engine.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import yaml

from tests.install.mirror import FILE, PREFIX

ROOT = FILE.parent
URL = "http://127.0.0.1:8000"
IMAGE_BYTES = 1_000_000_000
WAIT_SECONDS = 900.0
SETTINGS = {"results": "demo", "walkers": 4, "steps": 300, "seed": 1}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def no_engine() -> str:
    """Why it cannot be tried here; empty where it can."""
    if shutil.which("docker") is None:
        return "there is no docker command"
    for words in (["docker", "info"], ["docker", "compose", "version"]):
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            return f"{' '.join(words)}: {(done.stderr or done.stdout).strip().splitlines()[-1]}"
    return ""


class Compose:
    """An installation of its own, in a project with a name of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._words = ["docker", "compose", "--project-name", f"protomodels-test-{secrets.token_hex(3)}"]

    def __call__(self, *words: str) -> str:
        """A command of Compose."""
        done = subprocess.run(  # noqa: S603 - our own file
            [*self._words, *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout.strip()


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    """All services, with two workers, as docs/cluster.md says."""
    reason = no_engine()
    if reason:
        pytest.skip(f"no engine: {reason}")
    folder = tmp_path_factory.mktemp("compose") / "protomodels"
    made = shutil.ignore_patterns(".git", ".venv", ".*_cache", "*.egg-info", "__pycache__", "build", "site", "*.db")
    shutil.copytree(ROOT, folder, symlinks=True, ignore=made)
    given = f"POSTGRES_PASSWORD={secrets.token_hex(24)}\nRAY_AUTH_TOKEN={secrets.token_hex(32)}\n"
    (folder / ".env").write_text(given)
    here = Compose(folder)
    try:
        here("up", "--build", "--detach", "--scale", "ray-worker=2")
        yield here
    finally:
        here("down", "--volumes", "--timeout", "20")


@pytest.fixture(scope="module")
def api(compose: Compose) -> Iterator[httpx.Client]:
    """The service, with a token."""
    _until(lambda: httpx.get(f"{URL}/readyz").status_code == 200, "the service is not ready")
    token = compose("exec", "-T", "api", "protomodels", "token", "create", "test", "--scope", "write")
    with httpx.Client(base_url=URL + PREFIX, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def _until(happened: Any, complaint: str) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        try:
            if happened():
                return
        except httpx.HTTPError:
            pass  # it is away, for the moment
        time.sleep(1.0)
    raise AssertionError(complaint)


def _state(api: httpx.Client, run: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/runs/{run}").raise_for_status().json()
    return found


def _hiscores(api: httpx.Client, run: str) -> list[dict[str, Any]]:
    """What a run found, without what the storage numbers by itself."""
    found = api.get("/hiscores", params={"run": run, "limit": 50}).raise_for_status().json()
    return [{k: one[k] for k in ("K", "Z", "masses", "walker", "step")} for one in found]


def test_the_image_is_small_and_has_no_tools_to_build_with(compose: Compose) -> None:
    image = yaml.safe_load(FILE.read_text())["x-program"]["image"]
    words = ["docker", "image", "inspect", "--format", "{{.Size}}", image]
    done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603
    assert int(done.stdout) < IMAGE_BYTES
    nothing = 'for tool in gcc cc make strip; do command -v $tool; done; ls /opt/protomodels/bin | grep "^pip"; true'
    assert compose("exec", "-T", "api", "sh", "-c", nothing) == ""


def test_a_run_outlives_every_service(compose: Compose, api: httpx.Client) -> None:
    def launch() -> str:
        return str(api.post("/runs", json=SETTINGS).raise_for_status().json()["id"])

    undisturbed = launch()
    _until(lambda: _state(api, undisturbed)["state"] == "completed", "the undisturbed run does not end")
    run = launch()
    for service in ("ray-worker", "runner", "ray-head", "api", "postgres"):
        _until(lambda: _state(api, run)["state"] in ("running", "completed"), f"{service}: the run does not go on")
        compose("kill", service)
        compose("up", "--detach", "--scale", "ray-worker=2")
    _until(lambda: _state(api, run)["state"] == "completed", f"it does not end: {compose('logs', '--tail', '40')}")
    assert _hiscores(api, run) == _hiscores(api, undisturbed), json.dumps(_state(api, run))

"""docker-compose.yml on one machine, without Docker: the command line of each service, word for word.

Only names that Docker gives are put in: hosts, ports, the folder of the volume, and how much memory Ray may take.
The database is PostgreSQL of a package; everything that was started is stopped at the end.

python -m tests.install.mirror   launches a run over HTTP on Ray workers and shows the best proto-model that comes back
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
import yaml

FILE = Path(__file__).parents[2] / "docker-compose.yml"
BIN = Path(sys.executable).parent
PREFIX = "/api/v1"
OBJECT_STORE = "--object-store-memory=100000000"
ORDER = ("ray-head", "ray-worker", "ray-worker", "api", "runner")
WAIT_SECONDS = 240.0


def services(environment: Mapping[str, str]) -> dict[str, Any]:
    """The services of the file, with ``${NAME:?...}`` put in."""
    text = re.sub(r"\$\{(\w+)[^}]*\}", lambda match: environment[match[1]], FILE.read_text())
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Installation:
    """The services of the file, at work on this machine."""

    folder: Path
    storage: str
    cache: Path
    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    api_port: int = field(default_factory=free_port)
    ray_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.services = services({"POSTGRES_PASSWORD": "not-used-here", "RAY_AUTH_TOKEN": self.secret})
        self.started: list[subprocess.Popen[bytes]] = []

    def words(self, name: str) -> list[str]:
        """The command line of a service, with what is another here."""
        here = {
            "ray-head:6379": f"127.0.0.1:{self.ray_port}",
            "--port=6379": f"--port={self.ray_port} --temp-dir={self.folder}/ray",
            "ray start --block": f"ray start {OBJECT_STORE} --block",
            "/tmp/ray": f"{self.folder}/ray",  # noqa: S108 - Ray's default
        }
        words: list[str] = []
        for word in self.services[name]["command"]:
            for there, instead in here.items():
                word = word.replace(there, instead)
            words += word.split() if word.startswith("--port=") else [word]
        words = [str(self.api_port) if word == "8000" else word for word in words]
        return [*words, OBJECT_STORE] if words[:2] == ["ray", "start"] else words

    def environment(self, name: str) -> dict[str, str]:
        """The environment of a service: the file's, and where commands are."""
        given = dict(self.services[name]["environment"])
        given |= {"PROTOMODELS_STORAGE": self.storage, "PROTOMODELS_CACHE": str(self.cache)}
        return {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(self.folder), **given}

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """A service that stays."""
        with (self.folder / f"{name}-{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - the project's own file
                self.words(name), env=self.environment(name), stdout=log, stderr=log, start_new_session=True
            )
        self.started.append(process)
        return process

    def run(self, *words: str) -> str:
        """A command beside them, as with ``docker compose exec api``."""
        done = subprocess.run(  # noqa: S603 - our own command
            words, env=self.environment("api"), capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout.strip()

    def wait_healthy(self, name: str) -> None:
        """Until the health check of a service succeeds."""
        test = self.services[name]["healthcheck"]["test"][1:]
        if test[0] == "wget":
            ready = [sys.executable, "-c", f"import urllib.request as u; u.urlopen('{self.url}/readyz')"]
        else:
            ready = [word.replace("6379", str(self.ray_port)) for word in test]
        until = time.monotonic() + WAIT_SECONDS
        environment = self.environment(name)
        while subprocess.run(ready, env=environment, capture_output=True, check=False).returncode:  # noqa: S603
            if time.monotonic() > until:
                raise TimeoutError(f"{name} is not healthy; {self.logs()}")
            time.sleep(0.5)

    def wait_said(self, words: str) -> None:
        """Until the service that was started last has said this."""
        log = max(self.folder.glob("*.log"), key=lambda path: int(path.stem.rpartition("-")[2]))
        until = time.monotonic() + WAIT_SECONDS
        while words not in log.read_text():
            if time.monotonic() > until or self.started[-1].poll() is not None:
                raise TimeoutError(f"{log.name} does not say {words!r}; {self.logs()}")
            time.sleep(0.2)

    @property
    def url(self) -> str:
        """Of the API."""
        return f"http://127.0.0.1:{self.api_port}"

    def logs(self) -> str:
        """What the services said last."""
        return "\n".join(f"== {path.name}\n{path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> None:
        """End all of it: processes in groups of their own, and whatever of Ray left its group."""
        for process in reversed(self.started):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("RAY_AUTH_TOKEN") == self.secret:
                process.kill()
        for process in self.started:
            process.wait(60)


@contextmanager
def installation(storage: str, cache: Path) -> Iterator[Installation]:
    """All services, started in the order of the file, on an empty database."""
    # the paths of Ray's sockets may have 107 characters
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="pm", ignore_cleanup_errors=True) as folder:
        here = Installation(Path(folder), storage, cache)
        try:
            here.run(*here.words("migrate"))
            for name in ORDER:
                here.start(name)
                if name == "ray-head":
                    here.wait_healthy(name)
                elif "ray start" in " ".join(here.services[name]["command"]):
                    here.wait_said("Ray runtime started")  # together they would be too slow on few cores
            here.wait_healthy("api")
            yield here
        finally:
            here.stop()


def first_hiscore(here: Installation) -> dict[str, Any]:
    """Launch a run over HTTP, wait for its end, and give the best proto-model that it found.

    Raises
    ------
    RuntimeError: where the run does not end well.
    """
    token = here.run("protomodels", "token", "create", "mirror", "--scope", "write")
    if httpx.get(f"{here.url}{PREFIX}/runs").status_code != 401:
        raise RuntimeError("the API answers without a token")
    with httpx.Client(base_url=here.url + PREFIX, headers={"Authorization": f"Bearer {token}"}) as api:
        settings = {"results": "demo", "walkers": 4, "steps": 60, "seed": 1}
        run = api.post("/runs", json=settings).raise_for_status().json()["id"]
        until = time.monotonic() + WAIT_SECONDS
        while (record := api.get(f"/runs/{run}").json())["state"] in ("queued", "running"):
            if time.monotonic() > until or any(process.poll() is not None for process in here.started):
                break
            time.sleep(0.5)
        if record["state"] != "completed":
            raise RuntimeError(f"run {run} is {record['state']}: {record['reason']}\n{here.logs()}")
        log = [entry["message"] for entry in api.get(f"/runs/{run}/log").json()["items"]]
        best: dict[str, Any] = api.get("/hiscores", params={"run": run, "limit": 1}).json()[0]
        return {"run": record, "log": log, "best": api.get(f"/protomodels/{best['id']}").json()}


def main() -> None:
    """Do it, and show what came back."""
    from benchmarks.common import postgresql
    from protomodels.cache import cache_directory

    with postgresql() as storage, installation(storage, cache_directory()) as here:
        sys.stdout.write(json.dumps(first_hiscore(here), indent=1) + "\n")


if __name__ == "__main__":
    main()

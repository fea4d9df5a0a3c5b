"""docker-compose.yml, the image, recipes for clusters: valid, of real commands, without secrets; the first works."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from benchmarks.image import slimming
from protomodels.cache import cache_directory
from protomodels.cli.commands import COMMANDS, imported
from tests.install.mirror import FILE, first_hiscore, installation, services

ROOT = FILE.parent
BIN = Path(sys.executable).parent
CLUSTER = ROOT / "docs" / "cluster"
GIVEN = {"POSTGRES_PASSWORD": "a-password", "RAY_AUTH_TOKEN": "0" * 64}


def our_commands(words: list[str]) -> list[list[str]]:
    """The command lines of the program in a service's command, also those in ``bash -c``."""
    if words[:2] == ["bash", "-c"]:
        return [line for part in re.split(r"&|\n|;", words[2]) for line in our_commands(shlex.split(part))]
    if "protomodels" not in words:
        return []
    return [words[words.index("protomodels") + 1 :]]


def is_understood(words: list[str]) -> None:
    """The command line is one of ours: every option is known and every value allowed."""
    name, *arguments = words
    where, _ = COMMANDS[name]
    command = imported(name, where)
    if hasattr(command, "commands"):  # a group, as db
        command, arguments = command.commands[arguments[0]], arguments[1:]
    command.make_context(name, list(arguments))


def test_the_file_keeps_the_schema_of_compose() -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", FILE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout
    assert subprocess.run([*command[:-1], ROOT / "CITATION.cff"], capture_output=True, check=False).returncode  # noqa: S603


def test_services_are_wired() -> None:
    found = services(GIVEN)
    assert set(found) == {"postgres", "migrate", "api", "ray-head", "ray-worker", "runner"}
    lines = [line for service in found.values() for line in our_commands(service.get("command", []))]
    assert [line[0] for line in lines] == ["db", "serve", "runner"]
    for line in lines:
        is_understood(line)
    with pytest.raises(Exception, match="No such option"):
        is_understood(["serve", "--colour", "red"])
    for name, service in found.items():
        assert set(service.get("depends_on", {})) <= set(found), name
        for other, how in service.get("depends_on", {}).items():
            checked = "healthcheck" in found[other]
            assert checked == (how["condition"] == "service_healthy"), f"{name} waits for {other}"
    assert found["migrate"]["restart"] == "no"
    assert "container_name" not in found["ray-worker"] and "ports" not in found["ray-worker"], "it cannot be scaled"
    assert all(port.startswith("127.0.0.1:") for port in found["api"]["ports"])


def test_no_secret_is_written_down() -> None:
    text = FILE.read_text()
    for name in ("POSTGRES_PASSWORD", "RAY_AUTH_TOKEN"):
        values = re.findall(rf"{name}: (.*)", text)
        assert values and all(value.startswith(f"${{{name}:?") for value in values)
    assert "a-password" in services(GIVEN)["api"]["environment"]["PROTOMODELS_STORAGE"]
    for path in (*CLUSTER.glob("*.yaml"), *CLUSTER.glob("*.sh")):
        assert not re.search(r"(password|token)\s*[:=]\s*[\"']?[0-9a-z]{8}", path.read_text(), re.IGNORECASE), path


def test_the_image() -> None:
    lines = [line.split() for line in (ROOT / "Dockerfile").read_text().splitlines()]
    users = [line[1] for line in lines if line[:1] == ["USER"]]
    assert users == ["protomodels"], "the last stage runs as nobody special"
    assert sum(line[:1] == ["FROM"] for line in lines) == 2
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text and "--no-deps" in text
    python = re.findall(r"^FROM python:([\d.]+)-", text, re.MULTILINE)
    assert python[0] == python[1] and f"/lib/python{python[0]}/site-packages" in slimming(text)
    assert "PYTHONPYCACHEPREFIX=/cache/" in text, "without bytecode each start compiles everything again"
    assert text.count("--no-compile") == text.count("pip --python /opt/protomodels/bin/python install") == 2


def test_the_lock_is_that_of_the_constraints() -> None:
    """Each version of requirements.lock is the tested one, and all that the program needs is locked."""
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    tested = {_canonical(name): version for name, version in pins.items()}
    locked = dict(
        re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^\s;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    )
    elsewhere = {"colorama", "tzdata", "pywin32"}  # of other systems
    for name, version in locked.items():
        assert tested.get(_canonical(name)) == version or _canonical(name) in elsewhere, name
    needed = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)
    assert needed is not None
    names = {_canonical(name) for name in re.findall(r'^\s*"([\w.-]+)', needed[1], re.MULTILINE)}
    assert names <= {_canonical(name) for name in locked}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def containers(value: Any) -> list[dict[str, Any]]:
    """All containers of a manifest, however deep."""
    if isinstance(value, list):
        return [found for item in value for found in containers(item)]
    if not isinstance(value, dict):
        return []
    own = [c for name in ("containers", "initContainers") for c in value.get(name, [])]
    return own + [found for item in value.values() for found in containers(item)]


def test_the_manifest_for_kubernetes() -> None:
    documents = [d for d in yaml.safe_load_all((CLUSTER / "kuberay.yaml").read_text()) if d]
    kinds = [d["kind"] for d in documents]
    assert {"RayCluster", "Deployment", "Service", "PersistentVolumeClaim"} <= set(kinds)
    assert all(d["apiVersion"] and d["metadata"]["name"] for d in documents)
    lines = []
    for container in containers(documents):
        assert container["name"] and container["image"]
        lines += our_commands(container.get("command", []) + container.get("args", []))
    assert {line[0] for line in lines} == {"db", "serve", "runner"}
    for line in lines:
        is_understood(line)
    ray = re.search(r"^ray==(.*)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert ray is not None
    assert [d["spec"]["rayVersion"] for d in documents if d["kind"] == "RayCluster"] == [ray[1]]
    claims = {d["metadata"]["name"] for d in documents if d["kind"] == "PersistentVolumeClaim"}
    used = set(re.findall(r"claimName: (\S+)", (CLUSTER / "kuberay.yaml").read_text()))
    assert used == claims


def test_the_recipe_for_slurm() -> None:
    script = CLUSTER / "slurm.sh"
    done = subprocess.run([BIN / "shellcheck", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout
    text = script.read_text().replace("\\\n", " ")
    lines = [shlex.split(line, comments=True) for line in text.splitlines() if re.match(r"\s*protomodels ", line)]
    assert lines
    for words in lines:
        is_understood([re.sub(r"\$\{?\w+\}?", "1", word) for word in words[1:] if word != "&"])


@pytest.mark.timeout(900)
def test_its_services_do_a_run_on_ray_workers_with_postgresql(demo: object, new_database: Callable[[], str]) -> None:
    assert demo is not None  # compiled, as the volume keeps it
    with installation(new_database(), cache_directory()) as here:
        came_back = first_hiscore(here)
        secret = here.secret
    assert came_back["run"]["steps_done"] == 240
    assert came_back["best"]["K"] == came_back["run"]["best_K"] and came_back["best"]["contributions"]
    assert any("executor ray" in line for line in came_back["log"]), came_back["log"]
    left = [p for p in psutil.process_iter(["environ"]) if (p.info["environ"] or {}).get("RAY_AUTH_TOKEN") == secret]
    assert left == [], "something of it is still at work"

"""``protomodels doctor``: is this installation in order?"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import sys
from collections.abc import Callable

import typer

from protomodels.cli.options import Format, FormatOption, write_json
from protomodels.errors import ProtomodelsError

VARIABLES = tuple(
    # the last two are for tests and benchmarks
    f"PROTOMODELS_{name}"
    for name in ("CACHE", "STORAGE", "SERVER", "TOKEN", "RESULTS", "SCREENSHOTS")
)
FREE_BYTES = 2 * 1024**3
"""What reading a large database needs."""


def doctor(output: FormatOption = Format.TABLE) -> None:
    """Check the installation and say how to fix what is wrong."""
    checks = {
        "python": _python,
        "packages": _packages,
        "smodels": _smodels,
        "environment": _environment,
        "cross sections": _cross_sections,
        "cache": _cache,
        "storage": _storage,
        "ray": _ray,
        "results": _results,
        "demo results": _demo,
    }
    rows = [{"check": name, **_result(check)} for name, check in checks.items()]
    if output is Format.JSON:
        write_json(rows)
    else:
        for row in rows:
            sys.stdout.write(f"{'ok  ' if row['ok'] else 'FAIL'} {row['check']}: {row['detail']}\n")
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


def _result(check: Callable[[], str]) -> dict[str, object]:
    try:
        return {"ok": True, "detail": check()}
    except (ProtomodelsError, OSError, importlib.metadata.PackageNotFoundError) as error:
        return {"ok": False, "detail": str(error)}


def _python() -> str:
    return sys.version.split()[0]


def _packages() -> str:
    """What the program needs is there, in versions that it was made for."""
    from packaging.requirements import Requirement

    wrong = []
    named = [Requirement(text) for text in importlib.metadata.requires("protomodels") or ()]
    needed = [one for one in named if one.marker is None or one.marker.evaluate({"extra": ""})]
    for one in needed:
        try:
            version = importlib.metadata.version(one.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{one} is missing")
            continue
        if not one.specifier.contains(version, prereleases=True):
            wrong.append(f"{one.name} {version} is not {one.specifier}")
    if wrong:
        raise ProtomodelsError("; ".join(wrong) + ": pip install protomodels again, in an environment of its own")
    return f"{len(needed)} requirements, all there"


def _environment() -> str:
    """Variables of ours: a misspelt one must not pass for none."""
    own = sorted(name for name in os.environ if name.startswith("PROTOMODELS_"))
    unknown = [name for name in own if name not in VARIABLES]
    if unknown:
        raise ProtomodelsError(f"{', '.join(unknown)}: nothing reads them; there are {', '.join(VARIABLES)}")
    return ", ".join(own) or "nothing is set"


def _ray() -> str:
    """Installed, where a cluster is named; and somebody listens there."""
    address = os.environ.get("RAY_ADDRESS", "")
    try:
        version = importlib.metadata.version("ray")
    except importlib.metadata.PackageNotFoundError as error:
        if address:
            raise ProtomodelsError(f"RAY_ADDRESS is {address}, but Ray is not installed (the extra ray)") from error
        return "not installed, only clusters need it (the extra ray)"
    if not address:
        return f"{version}, started on this machine where it is asked for"
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise ProtomodelsError(f"RAY_ADDRESS is {address}; allowed: HOST:PORT of a Ray head")
    try:
        socket.create_connection((host, int(port)), timeout=5.0).close()
    except OSError as error:
        raise ProtomodelsError(
            f"nobody answers at RAY_ADDRESS {address} ({error}): start the cluster, or unset it"
        ) from error
    return f"{version}, a cluster at {address}"


def _results() -> str:
    from protomodels.results.store import opened_results

    found = [info for info in opened_results() if info.name != "demo"]
    if not found:
        return "none but the demo; `protomodels results fetch official` gets the real ones"
    return ", ".join(f"{info.name} ({info.n_analyses} analyses)" for info in found)


def _smodels() -> str:
    version = importlib.metadata.version("smodels")
    if version != "3.1.1":
        raise ProtomodelsError(f"version {version}: other versions predict otherwise; pip install smodels==3.1.1")
    return version


def _cross_sections() -> str:
    from protomodels.production import SQRTS
    from protomodels.xsec import reference_cross_sections

    pairs, sigma = reference_cross_sections({1000022: 100.0, 1000006: 1000.0}, SQRTS)
    return f"stop pair at 1000 GeV, 13 TeV: {sigma[pairs.index((-1000006, 1000006)), 1]:.2f} fb"


def _cache() -> str:
    from protomodels.cache import cache_directory

    folder = cache_directory()
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise ProtomodelsError(f"{folder} cannot be written; set PROTOMODELS_CACHE to a folder that can")
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise ProtomodelsError(f"{folder} has {free / 1e9:.1f} GB free; a large database needs {FREE_BYTES / 1e9:.1f}")
    return f"{folder}, {free / 1e9:.0f} GB free"


def _storage() -> str:
    from protomodels.cli.resources import local

    with local(None) as opened:
        return f"{opened.url}, {len(opened.list_runs())} runs"


def _demo() -> str:
    from protomodels.results.store import open_results

    info = open_results("demo")
    return f"SYNTHETIC, {info.n_analyses} analyses"

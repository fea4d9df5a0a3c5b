"""``protomodels doctor``: is this installation in order?"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable

import typer

from cli.options import Format, FormatOption, write_json
from database import default_url, open_storage
from predictor.cache import cache_directory
from predictor.store import open_results
from protomodels.errors import ProtomodelsError
from protomodels.production import SQRTS
from protomodels.xsec import reference_cross_sections

FREE_BYTES = 2 * 1024**3
"""What reading a large database needs."""


def doctor(output: FormatOption = Format.TABLE) -> None:
    """Check versions, tables, cache, storage and the demo results; say how to mend what is wrong."""
    checks = {
        "python": _python,
        "smodels": _smodels,
        "cross sections": _cross_sections,
        "cache": _cache,
        "storage": _storage,
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


def _smodels() -> str:
    version = importlib.metadata.version("smodels")
    if version != "3.1.1":
        raise ProtomodelsError(f"version {version}: other versions predict otherwise; pip install smodels==3.1.1")
    return version


def _cross_sections() -> str:
    pairs, sigma = reference_cross_sections({1000022: 100.0, 1000006: 1000.0}, SQRTS)
    return f"stop pair at 1000 GeV, 13 TeV: {sigma[pairs.index((-1000006, 1000006)), 1]:.2f} fb"


def _cache() -> str:
    folder = cache_directory()
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise ProtomodelsError(f"{folder} cannot be written; set PROTOMODELS_CACHE to a folder that can")
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise ProtomodelsError(f"{folder} has {free / 1e9:.1f} GB free; a large database needs {FREE_BYTES / 1e9:.1f}")
    return f"{folder}, {free / 1e9:.0f} GB free"


def _storage() -> str:
    with open_storage(default_url()) as opened:
        return f"{opened.url}, {len(opened.list_runs())} runs"


def _demo() -> str:
    info = open_results("demo")
    return f"SYNTHETIC, {info.n_analyses} analyses"

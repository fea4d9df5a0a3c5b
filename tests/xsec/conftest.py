"""What tests of the tables share: the NLL-fast grids, and a mixing that Pythia takes."""

from __future__ import annotations

import importlib
import os
import subprocess
from pathlib import Path

import pytest

from protomodels.xsec.make import nllfast, published
from tests.xsec.pythia import CHARGED, NEUTRAL, mixing


@pytest.fixture(scope="session")
def grids(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the NLL-fast grids."""
    given = os.environ.get("PROTOMODELS_NLLFAST")
    if given:
        return Path(given)
    cache = getattr(request.config, "cache", None)  # None where pytest runs without one
    try:
        return nllfast.fetch(cache.mkdir("nllfast") if cache else tmp_path_factory.mktemp("nllfast"))
    except (subprocess.CalledProcessError, OSError, StopIteration) as error:
        pytest.skip(f"no NLL-fast grids: PROTOMODELS_NLLFAST is not set and the download failed ({error!r})")


@pytest.fixture(scope="session")
def published_data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the published tables of today's order at 13 TeV."""
    cache = getattr(request.config, "cache", None)
    try:
        return published.fetch(cache.mkdir("published") if cache else tmp_path_factory.mktemp("published"))
    except (subprocess.CalledProcessError, OSError, StopIteration) as error:
        pytest.skip(f"no published tables: the download failed ({error!r})")


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closed forms with that spectrum's mixing."""
    mixing_module = importlib.import_module("protomodels.xsec.mixing")
    neutral, u, v, sign = mixing()
    for i, pid in enumerate(NEUTRAL):
        monkeypatch.setitem(mixing_module.NEUTRAL, pid, tuple(neutral[i].tolist()))  # type: ignore[attr-defined]
    for i, pid in enumerate(CHARGED):
        monkeypatch.setitem(mixing_module.CHARGED_U, pid, tuple(u[i].tolist()))  # type: ignore[attr-defined]
        monkeypatch.setitem(mixing_module.CHARGED_V, pid, tuple(v[i].tolist()))  # type: ignore[attr-defined]
    assert mixing_module.MASS_SIGN[1000025] == sign

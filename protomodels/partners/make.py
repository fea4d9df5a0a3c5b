"""``python -m protomodels.partners.make [--check]``: write the grids of other partners, or compare with them.

Leading orders as those of the reference cross sections: the same densities, couplings and scale
(:mod:`protomodels.xsec.make`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from protomodels.partners.grids import FOLDER, GRIDS
from protomodels.xsec.make import coloured, electroweak, tables
from protomodels.xsec.make.partons import Array
from protomodels.xsec.splines import TABLE_ENERGIES

MASSES: Final[dict[str, Array]] = {
    "coloured": np.concatenate([tables.LIGHT, np.geomspace(100.0, 2500.0, 33)]),
    "electroweak": np.geomspace(80.0, 2500.0, 14),
}

TOP_PAIRS: Final = {
    172.5: 831.76e3,
    700.0: 455.0,
    800.0: 196.0,
    900.0: 90.3,
    1000.0: 44.0,
    1100.0: 22.4,
    1200.0: 11.8,
    1300.0: 6.39,
    1400.0: 3.54,
    1500.0: 2.00,
    1600.0: 1.148,
    1700.0: 0.666,
    1800.0: 0.391,
}
"""Top quarks and heavier ones at 13 TeV, fb by GeV: NNLO+NNLL of Top++ 2.0 (Czakon, Mitov, arXiv:1112.5675), as the LHC
top working group and the CMS searches for vector-like quarks (arXiv:1805.04758) quote it."""


def triplet_fermions(e: float, m: float) -> float:
    """Pair of a Dirac fermion, colour triplet; leading order, fb."""
    return tables.gluon_pair(e, m, coloured.gg_to_quarks, coloured.qq_to_quarks)


def top_k(e: float, m: float) -> float:
    """K of :data:`TOP_PAIRS`, linear in ln m and frozen at its ends; at other energies that of equal m / sqrt(s)."""
    return float(np.interp(np.log(m * 13.0 / e), np.log(list(TOP_PAIRS)), _top_ks()))


def _top_ks() -> Array:
    return np.array([sigma / triplet_fermions(13.0, m) for m, sigma in TOP_PAIRS.items()])


def octet_scalars(e: float, m: float) -> float:
    """Pair of a real scalar, colour octet, over a gluino pair."""
    pair = tables.gluon_pair(e, m, coloured.gg_to_octet_scalars, coloured.qq_to_octet_scalars)
    return pair / tables.gluino_pair(e, m)


def dirac(e: float, m: float, state: tuple[float, float]) -> float:
    """Pair of a vector-like lepton by (isospin, charge) over an X_W2 pair."""
    pair = tables.sum_over_quarks(e, m, m, lambda s, q: electroweak.dirac_pair(s, m, q, state))
    return pair / tables.chargino_pair(e, m, m, 1000037, 1000037)


def right_sleptons(e: float, m: float) -> float:
    """Right-handed over left-handed sleptons of one flavour."""
    return tables.scalar_pair(e, m, (0.0, -1.0)) / tables.scalar_pair(e, m, (-0.5, -1.0))


COLUMNS: Final[dict[str, Callable[[float, float], float]]] = {
    "triplet_fermion_fb": triplet_fermions,
    "triplet_fermion_k": top_k,
    "octet_scalar": octet_scalars,
    "doublet_fermion": partial(dirac, state=(-0.5, -1.0)),
    "singlet_fermion": partial(dirac, state=(0.0, -1.0)),
    "right_slepton": right_sleptons,
}


def lines_of(name: str) -> list[str]:
    """A grid as the lines of its file."""
    columns = GRIDS[name]
    lines = [",".join(["sqrts_tev", "mass_gev", *columns])]
    for e in TABLE_ENERGIES:
        for m in MASSES[name]:
            values = (f"{COLUMNS[column](e, float(m)):.5e}" for column in columns)
            lines.append(",".join([f"{e:g}", f"{m:.6f}", *values]))
    return lines


def main() -> int:
    """Write or check; 1 where a check fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="make the grids again and compare")
    check = parser.parse_args().check
    failed = False
    for name in GRIDS:
        path, lines = FOLDER / f"{name}.csv", lines_of(name)
        if check:
            good = path.read_text().splitlines() == lines
            failed |= not good
            sys.stdout.write(f"{'ok' if good else 'DIFFERS'}  {name}\n")
            continue
        path.write_text("\n".join(lines) + "\n")
        sys.stdout.write(f"{name}: {len(lines) - 1} rows\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

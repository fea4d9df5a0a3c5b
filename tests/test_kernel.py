"""Machine code of the kernels: kept in a folder that is named by the text of all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import protomodels
from protomodels.kernel import ROOMS, kernel, part


def test_every_kernel_lies_in_a_folder_whose_text_names_the_cache() -> None:
    """A kernel elsewhere could change, and the machine code of others that call it would stay the old one."""
    package = Path(protomodels.__file__).parent
    found = set()
    for folder in (package, *(path for path in package.iterdir() if path.is_dir() and path.name != "__pycache__")):
        files = folder.glob("*.py") if folder == package else folder.rglob("*.py")
        for file in files:
            lines = file.read_text().splitlines()
            if any(line.startswith(("@kernel", "@part", "@njit", "@numba")) or " = kernel(" in line for line in lines):
                place = file.parent.relative_to(package).as_posix()
                found.add("" if place == "." else place)
    assert found == set(ROOMS) - {""}, "protomodels.kernel.ROOMS is not where the kernels are"


@part
def _half(x: float) -> float:
    return 0.5 * x


@kernel
def _quarter(x: float) -> float:
    return _half(_half(x))


def test_parts_are_called_by_kernels_and_refuse_python() -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match="_half is called by kernels only"):
            _half(3.0)
        assert _quarter(3.0) == 0.75 and _quarter(np.float64(1.0)) == 0.25

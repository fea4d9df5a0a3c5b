"""Machine code of the kernels: kept in a folder that is named by the text of all of them."""

from __future__ import annotations

from pathlib import Path

import protomodels
from protomodels.kernel import ROOMS


def test_every_kernel_lies_in_a_folder_whose_text_names_the_cache() -> None:
    """A kernel elsewhere could change, and the machine code of others that call it would stay the old one."""
    package = Path(protomodels.__file__).parent
    found = set()
    for folder in (package, *(path for path in package.iterdir() if path.is_dir() and path.name != "__pycache__")):
        files = folder.glob("*.py") if folder == package else folder.rglob("*.py")
        for file in files:
            lines = file.read_text().splitlines()
            if any(line.startswith(("@kernel", "@njit", "@numba")) or " = kernel(" in line for line in lines):
                place = file.parent.relative_to(package).as_posix()
                found.add("" if place == "." else place)
    assert found == set(ROOMS) - {""}, "protomodels.kernel.ROOMS is not where the kernels are"

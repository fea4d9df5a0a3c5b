"""Size of the installation: python -m benchmarks.environment"""

from __future__ import annotations

import sys
from pathlib import Path


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def main() -> None:
    """The whole environment and its ten largest packages."""
    root = Path(sys.prefix)
    site = next(root.glob("lib/python*/site-packages"))
    print(f"environment {size(root) / 1e6:.0f} MB")
    folders = sorted(((size(p), p.name) for p in site.iterdir() if p.is_dir()), reverse=True)
    for n, name in folders[:10]:
        print(f"   {name:24s} {n / 1e6:6.0f} MB")


if __name__ == "__main__":
    main()

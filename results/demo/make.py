"""Make the demo results, or check that the committed ones are what this code makes.

``python -m protomodels.results.demo.make`` writes ``demo.tar.xz``, ``hidden.json`` and ``combinable.json``; with
``--check`` it compares instead.  The archive is deterministic: sorted names, no times, no owners.  The check
looks at the tar stream inside, because other versions of liblzma may pack the same stream into other bytes.
"""

from __future__ import annotations

import argparse
import io
import lzma
import sys
import tarfile
from pathlib import Path

from protomodels.results.demo import ARCHIVE, COMBINABLE, HIDDEN
from protomodels.results.demo.text import combinable_table, database_files, to_json


def tar_stream(files: dict[str, str]) -> bytes:
    """A tar of ``files`` (text by path) that depends on nothing else."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            content = files[name].encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def contents() -> dict[Path, bytes]:
    """The three committed files, the archive as its uncompressed tar stream."""
    files, truth = database_files()
    return {
        ARCHIVE: tar_stream(files),
        HIDDEN: to_json(truth).encode(),
        COMBINABLE: to_json(combinable_table()).encode(),
    }


def packed(path: Path, content: bytes) -> bytes:
    """What is stored at ``path``: the archive compressed, all else as it is."""
    return lzma.compress(content, preset=9 | lzma.PRESET_EXTREME) if path == ARCHIVE else content


def differing() -> list[Path]:
    """The committed files that are missing or differ from what this code makes."""
    return [path for path, content in contents().items() if not path.is_file() or _stored(path) != content]


def _stored(path: Path) -> bytes:
    raw = path.read_bytes()
    return lzma.decompress(raw) if path == ARCHIVE else raw


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with ``--check`` compare them; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m protomodels.results.demo.make", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    if parser.parse_args(arguments).check:
        wrong = differing()
        sys.stdout.write("".join(f"differs: {path.name}\n" for path in wrong) or "demo results: as made\n")
        return 1 if wrong else 0
    for path, content in contents().items():
        path.write_bytes(packed(path, content))
        sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

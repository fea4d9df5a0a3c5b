"""Small SLHA files of our own, and a scan in a process that can be killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from protomodels.campaign.scan import ScanSettings, scan_files
from protomodels.campaign.scan.front import judge_of
from protomodels.spectrum import Spectrum

POINT = """\
BLOCK MASS
 1000006 {stop} # ~t_1
 1000022 {lightest} # ~chi_10
DECAY 1000006 1.0
 1.0 2 1000022 6
DECAY 1000022 0.0
XSECTION 1.30E+04 2212 2212 2 -1000006 1000006
 0 2 0 0 0 0 {sigma} code
XSECTION 8.00E+03 2212 2212 2 -1000006 1000006
 0 2 0 0 0 0 3.0E-03 code
"""


def write_points(folder: Path, n: int) -> Path:
    """n stops of 500 to 1100 GeV, above 100 to 300 GeV."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        stop, lightest = 500.0 + 600.0 * i / n, 100.0 + 37.0 * i % 200.0
        (folder / f"point{i:04d}.slha").write_text(
            POINT.format(stop=stop, lightest=lightest, sigma=0.01 + 0.1 * (i % 7))
        )
    return folder


class Trouble:
    """A judge that does to its process what a model's name asks for, and gives few values."""

    columns = judge_of("demo").columns
    fingerprint = "none"
    options: dict[str, object] = {}  # noqa: RUF012 - never changed

    def prepare(self) -> None:
        """Nothing."""

    def __call__(self, spectrum: Spectrum) -> dict[str, str | float | int | bool | None]:
        """Dies, sleeps, raises, or answers."""
        name = Path(spectrum.name).name
        if name.startswith("die-once") and not Path(f"{spectrum.name}.died").exists():
            Path(f"{spectrum.name}.died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("die-always"):
            os.kill(os.getpid(), signal.SIGKILL)
        if name.startswith("sleep"):
            time.sleep(60.0)
        if name.startswith("raise"):
            raise ValueError("what nobody\nthought of")
        return {"r_obs": float("nan"), "r_exp": spectrum.particles[1000006].mass, "excluded": False, "warnings": "x"}


class Slow(Trouble):
    """A judge that takes its time, so that there is some to kill a scan in."""

    def __call__(self, spectrum: Spectrum) -> dict[str, str | float | int | bool | None]:
        """After 20 ms."""
        time.sleep(0.02)
        return super().__call__(spectrum)


if __name__ == "__main__":  # python -m tests.campaign.scan.points FOLDER TABLE WORKERS
    scan_files([sys.argv[1]], sys.argv[2], Slow(), ScanSettings(workers=int(sys.argv[3])))

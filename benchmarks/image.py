"""How large the packages of the image are, and whether they work: python -m benchmarks.image

The packages of requirements.lock are copied from this environment without bytecode, as pip leaves them in the image;
the command by which Dockerfile makes them smaller is run on the copy, word for word; then what services need is done
with the copy alone: imports, a picture, a Parquet file, a task of a Ray cluster.  The base image comes on top.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import distributions
from pathlib import Path

from benchmarks.environment import size

ROOT = Path(__file__).parents[1]
PREFIX = "/opt/protomodels"
CHECKS = {
    "imports": """
from protomodels.extras import EXTRAS
from importlib import import_module
for modules in EXTRAS.values():
    for module in modules:
        import_module(module)
import protomodels.api.app, protomodels.predictor, protomodels.walker, protomodels.campaign
import protomodels.cli.search.runner, smodels.matching.theoryPrediction, sklearn.cluster, pandas, pyhf
""",
    "a picture": """
import protomodels as pm
pm.plot({"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}, to="a.pdf")
""",
    "a Parquet file": """
import pyarrow, pyarrow.parquet
pyarrow.parquet.write_table(pyarrow.table({"a": [1]}), "a.parquet")
assert pyarrow.parquet.read_table("a.parquet").num_rows == 1
""",
    "a task of Ray": """
import ray
ray.init(num_cpus=1, include_dashboard=False, object_store_memory=100_000_000, log_to_driver=False)
assert ray.get(ray.remote(lambda: 42).remote()) == 42
ray.shutdown()
""",
}


def canonical(name: str) -> str:
    """The one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def slimming(dockerfile: str) -> str:
    """The command that takes away what no service reads."""
    joined = dockerfile.replace("\\\n", " ")
    return next(line.removeprefix("RUN ") for line in joined.splitlines() if line.startswith(f"RUN cd {PREFIX}/lib"))


def copy_locked(place: Path) -> None:
    """The packages of requirements.lock as they are here, without bytecode."""
    lock = re.findall(r"^([\w.-]+)(?:\[\w+\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    locked = {canonical(name) for name in lock}
    site = place / "lib" / "python3.11" / "site-packages"
    for found in distributions():
        if canonical(found.metadata["Name"]) in locked:
            for file in found.files or []:
                here = Path(str(found.locate_file(file)))
                there = Path(os.path.normpath(site / str(file)))
                if here.is_file() and here.suffix != ".pyc" and there.is_relative_to(place):
                    there.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(here, there)


def main() -> None:
    """Measure, and try each part."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy_locked(place)
        whole = size(place)
        command = slimming((ROOT / "Dockerfile").read_text()).replace(PREFIX, str(place))
        subprocess.run(["sh", "-ec", command], check=True)
        print(f"packages {whole / 1e6:.0f} MB without bytecode, {size(place) / 1e6:.0f} MB made smaller", flush=True)
        site = place / "lib" / "python3.11" / "site-packages"
        environment = {**os.environ, "PYTHONPATH": f"{site}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
        # Ray would leave a token in the home of the user, and gives up early on a busy machine
        environment |= {"HOME": str(place), "RAY_AUTH_MODE": "disabled", "RAY_raylet_start_wait_time_s": "300"}
        for name, text in CHECKS.items():
            only = "import sys; assert not [p for p in sys.path if 'site-packages' in p][1:]\n"
            words = [sys.executable, "-S", "-c", only + text]
            subprocess.run(words, cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)
            print(f"ok {name}", flush=True)


if __name__ == "__main__":
    main()

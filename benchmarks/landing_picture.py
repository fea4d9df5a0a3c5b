"""The picture of the first page of docs/: python -m benchmarks.landing_picture

The first run of the tutorial: how its walkers climbed, the best proto-model, and what its K is made of.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import protomodels as pm
from protomodels.plots import Figure

PICTURE = Path(__file__).parents[1] / "docs" / "landing.svg"


def main() -> None:
    """Walk, and write it."""
    with TemporaryDirectory() as folder, pm.open_storage(Path(folder) / "runs.db") as storage:
        run = pm.run("demo", walkers=4, steps=100, seed=1, executor="inline", storage=storage)
        climb, best = pm.plot(run), pm.evaluate(json.loads(run.hiscores[0].model_json), "demo")
        panels = (
            replace(climb.panels[0], title="K of four walkers"),
            replace(pm.plot(best, "spectrum").panels[0], title="the best proto-model"),
            replace(pm.plot(best, "contributions").panels[0], title="what it explains"),
        )
    alt = "three panels: K of walkers against steps; masses of the best proto-model; results that drive its K"
    Figure(panels, columns=3, width=5.0, height=3.6, alt=alt).called_synthetic().save(PICTURE)
    print(PICTURE)


if __name__ == "__main__":
    main()

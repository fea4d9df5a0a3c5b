"""Are p-values uniform where there is no new physics?

python -m benchmarks.universes.calibration [--universes 500] [--walkers 2] [--steps 40]
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kstest

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import NEW, OLD
from benchmarks.universes.campaigns import DOCS, FUDGE, picture
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import open_storage
from protomodels.plots.densities import p_value_figure
from protomodels.plots.paper import save
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.statistics.p_values import kolmogorov_smirnov
from protomodels.universes import Universe, in_universe, region_p_values
from protomodels.universes.recipe import drawing_of

SEED = 10_000


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("universes", 500), ("walkers", 2), ("steps", 40)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    page = Page("calibration", "python -m benchmarks.universes.calibration", DOCS)
    page.say(machine() + ".")
    header = ["results", "factor", "universes", "p-values", "mean", "standard deviation x sqrt(12)", "KS test"]
    rows = [_regions("demo", load_results("demo"), fudge, given.universes) for fudge in (1.0, FUDGE)]
    rows += [_regions(r.rsplit("/", 1)[-1], load_results(r), fudge, 40) for r in (OLD, NEW) for fudge in (1.0, FUDGE)]
    page.say("p-values of signal regions in universes, ties drawn (uniform: mean 0.5, standard deviation 1/sqrt(12)):")
    page.table(header, rows)
    page.say("The same of the published counts (mid-p):")
    page.table(header[:2] + header[3:6], _published(page))
    judged, judges = _walked(given.universes, given.walkers, given.steps)
    p = np.array([GlobalPValue(K, tuple(judges)).p for K in judged])
    page.say(
        f"Global p-values on the demo: {len(judged)} universes judged by {len(judges)} others, "
        f"{given.walkers} x {given.steps} steps each: quartiles {np.quantile(p, [0.25, 0.5, 0.75]).round(3).tolist()}; "
        f"below 0.05: {int((p < 0.05).sum())}, below 0.1: {int((p < 0.1).sum())}; "
        f"two-sample Kolmogorov-Smirnov test of K: p = {kolmogorov_smirnov(judged, judges):.3f}."
    )
    page.write()


def _regions(name: str, predictor: CompiledPredictor, fudge: float, universes: int) -> list[object]:
    rng = np.random.default_rng(SEED)
    found = []
    for seed in range(SEED, SEED + universes):
        catalog = in_universe(predictor, Universe(seed, fudge)).catalog
        found.append(region_p_values(catalog, fudge, rng.random(len(catalog))).p)
    p = np.concatenate(found)
    test = float(kstest(p, "uniform").pvalue)
    return [name, fudge, universes, len(p), float(p.mean()), float(p.std() * 12**0.5), test]


def _published(page: Page) -> list[list[object]]:
    rows: list[list[object]] = []
    for results in (OLD, NEW):
        predictor = load_results(results)
        catalog = predictor.catalog
        panels: dict[str, NDArray[np.float64]] = {}
        for fudge in (1.0, FUDGE):
            values = region_p_values(catalog, fudge)
            rows.append([predictor.name, fudge, len(values.p), float(values.p.mean()), float(values.p.std() * 12**0.5)])
            fake = region_p_values(in_universe(predictor, Universe(1, fudge)).catalog, fudge)
            panels[f"real, {fudge}"], panels[f"universe 1, {fudge}"] = values.p, fake.p
            for experiment in ("ATLAS", "CMS"):
                own = catalog.experiment[values.rows] == experiment
                panels[f"{experiment}, {fudge}"] = values.p[own]
        save(p_value_figure(panels), picture(f"regions-{predictor.name}"))
    return rows


def _walked(universes: int, walkers: int, steps: int) -> tuple[list[float], list[float]]:
    """Best K of walks on universes of the demo: the first half, and the second."""
    base = RunConfig("demo", 0, walkers, steps)
    demo = load_results("demo")
    with open_storage("sqlite:///:memory:") as storage:
        run = Run.create(storage, base, demo)
        config = PValueConfig(run.id, 0.0, universes, SEED, drawing=drawing_of(base.policy))
        campaign = PValueCampaign.create(storage, config, demo)
        K = list(campaign.walk(Execution("inline")).K_fake)
    return K[: universes // 2], K[universes // 2 :]


if __name__ == "__main__":
    main()

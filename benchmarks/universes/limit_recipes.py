"""What does it change to draw upper limits as those of one measurement an analysis, instead of as the paper does?

python -m benchmarks.universes.limit_recipes [--models 120] [--universes 50]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import OLD
from benchmarks.random_models import random_models
from benchmarks.universes.campaigns import DOCS, FUDGE
from benchmarks.universes.uniformity import WAYS
from protomodels.campaign.bounds import lower_bounds
from protomodels.combiner import combinability_for
from protomodels.model import ProtoModel
from protomodels.predictor import load_results
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.statistics.measured_limits import measured_limit
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA, limit_mode
from protomodels.universes import Universe
from protomodels.universes.drawing import SMALLEST_RATIO
from protomodels.universes.recipe import AS_PAPER, TOGETHER

SEED: Final = 30_000
DRAWS: Final = 1_000_000
SIGNALS: Final = (0.5, 1.0, 1.5, 2.0)

Floats = NDArray[np.float64]


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("models", 120), ("universes", 50)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    command = f"python -m benchmarks.universes.limit_recipes --models {given.models} --universes {given.universes}"
    page = Page("limit-recipes", command, DOCS)
    page.say(machine() + ".")
    page.say(
        f"One limit, {DRAWS} draws without a signal, in units of w = UL_exp / 1.96, and Z of the likelihood "
        "that reads it:"
    )
    header = ["drawn", "standard deviation", "0.1% quantile of UL_obs / UL_exp", "at the floor", "P(Z > 1)", "P(Z > 2)"]
    page.table(header, [_one_limit(drawing) for drawing in WAYS])
    page.say("An injected signal, in units of w, as the likelihood reads it back from data without fluctuation:")
    page.table(["drawn", *(f"{s:g}" for s in SIGNALS)], [_read_back(drawing) for drawing in WAYS])
    page.say(
        f"Best K of {given.models} random models in each of {given.universes} universes, database 1.2.4, policy "
        "default, scaled to mu-hat as in a walk; the universes of the two ways are drawn independently:"
    )
    header = ["factor", *(f"mean, {name}" for name in WAYS.values()), "difference"]
    models = list(random_models(SEED, given.models))
    page.table(header, [_best(models, given.universes, fudge) for fudge in (FUDGE, 1.0)])
    page.write()


def _one_limit(drawing: int) -> list[object]:
    x = np.random.default_rng(SEED).standard_normal(DRAWS)
    expected = EXPECTED_LIMIT_IN_SIGMA
    floor = SMALLEST_RATIO * expected
    limit = np.maximum(expected + x, floor) if drawing == AS_PAPER else measured_limit(x, expected)
    Z = limit_mode(limit, expected)
    low = float(np.quantile(limit, 0.001) / expected)
    lowest = float((limit <= floor).mean()) if drawing == AS_PAPER else 0.0
    return [WAYS[drawing], float(limit.std()), low, lowest, float((Z > 1.0).mean()), float((Z > 2.0).mean())]


def _read_back(drawing: int) -> list[object]:
    expected, signals = EXPECTED_LIMIT_IN_SIGMA, np.array(SIGNALS)
    limit = expected + signals if drawing == AS_PAPER else measured_limit(signals, expected)
    return [WAYS[drawing], *limit_mode(limit, expected).tolist()]


def _best(models: Sequence[ProtoModel], universes: int, fudge: float) -> list[object]:
    predictor = load_results(OLD)
    scorer = Scorer(predictor, combinability_for(OLD), policy("default"))
    K: dict[int, Floats] = {}
    for drawing in WAYS:
        # seeds of their own: nothing but chance connects the two ways
        first = SEED + drawing * 1000
        drawn = [Universe(seed, fudge, drawing=drawing) for seed in range(first, first + universes)]
        K[drawing] = lower_bounds(scorer, models, drawn).K
    change = K[TOGETHER].mean() - K[AS_PAPER].mean()
    error = float(np.sqrt(sum(values.var(ddof=1) / universes for values in K.values())))
    return [
        fudge,
        *(f"{K[d].mean():.2f} (spread {K[d].std(ddof=1):.2f})" for d in WAYS),
        f"{change:+.2f} +- {error:.2f}",
    ]


if __name__ == "__main__":
    main()

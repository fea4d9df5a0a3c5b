"""The global p-value of the published search, and K of our universes beside the published fifty.

python -m benchmarks.universes.pvalue [--universes 50] [--walkers 50] [--steps 1000] [--K 6.76] [--no-walk]
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import replace

from benchmarks.common import machine, spread
from benchmarks.paper.output import Page
from benchmarks.universes.campaigns import DOCS, FUDGE, PUBLISHED, base_config, picture, seconds, storage_url
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import KIND, PValueConfig
from protomodels.database import open_storage
from protomodels.plots.densities import density_figure
from protomodels.plots.paper import save
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run
from protomodels.statistics.p_values import kolmogorov_smirnov

PUBLISHED_K = 6.76
"""Mean of the ten published runs, whose p-value is 0.19 by a kernel density and 11/50 by counting."""


def main() -> None:
    """Walk what is missing, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("universes", 50), ("walkers", 50), ("steps", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--K", type=float, default=PUBLISHED_K, help="the best K that is judged")
    parser.add_argument("--no-walk", action="store_true", help="with the universes that are finished")
    given = parser.parse_args()
    base = base_config(given.walkers, given.steps)
    predictor = load_results(base.results)
    published = json.loads(PUBLISHED.read_text())["best_K"]["fake"]
    theirs = [K for K in published.values() if K is not None]
    with open_storage(storage_url(), upgrade=True) as storage:
        # names the search; its own K is not asked for
        config = replace(base, seed=1)
        known = storage.find_run(config.to_json(), predictor.fingerprint)
        real = known.id if known is not None else Run.create(storage, config, predictor).id
        asked = PValueConfig(real, given.K, given.universes, 1, FUDGE)
        number = storage.create_campaign(KIND, asked.to_json())
        campaign = PValueCampaign(storage, number, predictor)
        if given.no_walk:
            # those that were walked before the campaign was begun are its own all the same
            for position in range(given.universes):
                found = storage.find_run(campaign.ensemble.config(position).to_json(), predictor.fingerprint)
                if found is not None:
                    campaign.ensemble.begin(position)
        else:
            campaign.walk(Execution("process"), lambda a: print(f"{a.n} {a.K_fake[-1]:.3f} p {a.p:.3f}", flush=True))
        answer = campaign.answer()
        done = campaign.ensemble.completed().values()
        times = [s for r in done if (s := seconds(storage, r)) is not None]
    page = Page(
        f"pvalue-{given.steps}", f"python -m benchmarks.universes.pvalue --steps {given.steps} --K {given.K}", DOCS
    )
    size = f"{given.walkers} x {given.steps}"
    page.say(f"{answer.n} universes x {size}, database 1.2.4, policy paper, fudge factor {FUDGE}; {machine()}.")
    rows = [("here", answer), ("published", GlobalPValue(given.K, tuple(theirs)))]
    header = ["", "universes", f"K >= {given.K}", "p = (1 + k) / (1 + n)", "95% interval", "by density", "K"]
    page.table(header, [_row(name, a) for name, a in rows])
    ours = [K for K in answer.K_fake if math.isfinite(K)]
    page.say(
        f"Do both samples come from one distribution? Two-sided Kolmogorov-Smirnov test: "
        f"p = {kolmogorov_smirnov(ours, theirs):.2g}."
    )
    page.say("K here: " + ", ".join(f"{K:.2f}" for K in sorted(answer.K_fake)) + ".")
    page.say("K published: " + ", ".join(f"{K:.2f}" for K in sorted(theirs)) + ".")
    if times:
        page.say(f"Wall time of a universe on both cores, with other work beside it: {spread(times)} s.")
    page.write()
    both = density_figure(given.K, {f"here, {size}": ours, "published, 50 x 1000": theirs})
    save(both, picture(f"pvalue-{given.steps}"))


def _row(name: str, answer: GlobalPValue) -> list[object]:
    interval = answer.interval()
    low = f"{interval.low:.3f} to {interval.high:.3f}"
    return [name, answer.n, answer.reaching, answer.p, low, answer.p_density, spread(list(answer.K_fake))]


if __name__ == "__main__":
    main()

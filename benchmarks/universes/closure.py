"""Closure tests with the published winner on database 1.2.4.

python -m benchmarks.universes.closure technical|physics [--runs 10] [--walkers 50] [--steps 1000] [--search refined]
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from benchmarks.common import machine, spread
from benchmarks.paper.output import Page
from benchmarks.universes.campaigns import DOCS, FUDGE, PUBLISHED, WINNER, base_config, picture, seconds, storage_url
from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_config import Closure, ClosureConfig
from protomodels.campaign.closure_result import ClosureResult, mass_spreads
from protomodels.database import open_storage
from protomodels.files import read_model
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.plots.paper import save
from protomodels.plots.spectra import closure_figure
from protomodels.predictor import load_results
from protomodels.production import with_kappas_of
from protomodels.runs import Execution


def winner() -> ProtoModel:
    """The published winner with its published cross sections; other pairs have none."""
    model, sections = read_model(WINNER)
    assert sections is not None
    return with_kappas_of(model, sections)


def main() -> None:
    """Walk what is missing, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=list(Closure))
    for name, default in (("runs", 10), ("walkers", 50), ("steps", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--search", choices=("paper", "refined"), default="paper")
    given = parser.parse_args()
    base = base_config(given.walkers, given.steps, search=None if given.search == "paper" else given.search)
    predictor, model = load_results(base.results), winner()
    signal = json.dumps(model.as_dict(), sort_keys=True)
    config = ClosureConfig.of_search(base, given.kind, signal, runs=given.runs, fudge=FUDGE)
    with open_storage(storage_url(), upgrade=True) as storage:
        campaign = ClosureCampaign.create(storage, config, predictor)
        found = campaign.walk(Execution("process"), lambda answer: print(answer.results[-1].to_dict(), flush=True))
        times = [s for f in found if (s := seconds(storage, storage.get_run(f.run))) is not None]
    command = f"python -m benchmarks.universes.closure {given.kind} --steps {given.steps} --search {given.search}"
    page = Page(f"closure-{given.kind}-{given.search}", command, DOCS)
    size = f"{given.runs} runs of {given.walkers} x {given.steps}"
    injected = dict(model.masses)
    page.say(f"{size}, database 1.2.4, policy paper, search {given.search}; {machine()}.")
    header = ["run", "K", *(f"{PARTICLES[p].name}, injected {m:.0f}" for p, m in injected.items()), "others"]
    page.table(header, [_row(number, f, injected) for number, f in enumerate(found, start=1)])
    within = sum(f.within(injected, 100.0) for f in found)
    page.say(
        f"All three particles found: {sum(f.complete for f in found)} of {len(found)}; "
        f"all masses within 100 GeV: {within}."
    )
    for s in mass_spreads(injected, found):
        name = PARTICLES[s.pid].name
        page.say(f"{name}: found in {s.n} runs, off by {s.bias:+.0f} GeV, spread {s.spread:.0f} GeV.")
    K = [f.K for f in found if f.K is not None]
    published = json.loads(PUBLISHED.read_text())["best_K"]
    theirs = published["frozen" if given.kind == Closure.TECHNICAL else "signal"]
    page.say(f"K: {spread(K)}; published: {spread([value for value in theirs.values() if value is not None])}.")
    if times:
        page.say(f"Wall time of a run on both cores, with other work beside it: {np.median(times):.0f} s (median).")
    page.write()
    spectra = closure_figure(injected, [dict(f.masses) for f in found])
    save(spectra, picture(f"closure-{given.kind}-{given.search}"))


def _row(number: int, f: ClosureResult, injected: dict[int, float]) -> list[object]:
    cells: list[object] = [None if f.partner[p] is None else f"{f.partner[p]:.0f}" for p in injected]
    known = {m for m in f.partner.values() if m is not None}
    others = [f"{PARTICLES[p].name} {m:.0f}" for p, m in f.masses.items() if m not in known]
    return [number, f.K, *cells, ", ".join(others) or None]


if __name__ == "__main__":
    main()

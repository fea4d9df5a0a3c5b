"""What a move of the posterior's chain costs, how often each is accepted, and how often rungs exchange.

python -m benchmarks.posterior.move_cost [--results R] [--policy P] [--regions C] [--target T] [--sweeps N]
"""

from __future__ import annotations

import argparse
import time

from benchmarks.common import machine
from protomodels.scoring.front import make_scorer
from protomodels.walker.posterior import Sampler, Schedule, TargetConfig


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default="demo")
    parser.add_argument("--policy", default="default")
    parser.add_argument("--regions", default="best")
    parser.add_argument("--target", default="expected")
    parser.add_argument("--sweeps", type=int, default=400)
    given = parser.parse_args()
    schedule = Schedule(n_rungs=6, warm_up=100)
    scorer = make_scorer(given.results, given.policy, given.regions)
    sampler = Sampler(scorer, TargetConfig(target=given.target), schedule)
    state = sampler.advance(sampler.start(1, 0), schedule.warm_up).state
    start = time.process_time()
    found = sampler.advance(state, given.sweeps)
    cost = (time.process_time() - start) / (given.sweeps * schedule.n_rungs * schedule.moves)
    print(machine())
    print(f"{1e6 * cost:.0f} us a move; betas " + ", ".join(f"{beta:.3g}" for beta in found.betas))
    print("accepted: " + ", ".join(f"{name} {found.accepted[name] / n:.2f}" for name, n in found.proposed.items()))
    pairs = zip(found.swaps_accepted, found.swaps_proposed, strict=True)
    print("exchanged: " + ", ".join(f"{a / n:.2f}" for a, n in pairs) + f"; round trips {found.round_trips}")


if __name__ == "__main__":
    main()

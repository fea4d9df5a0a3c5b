"""How well chains mix, by default on the demo results: the verdict, the quantities that mix worst, and what it took.

python -m benchmarks.posterior.mixing [--results R] [--sweeps N] [--warm-up N] [--rungs N] [--moves N] [--seed N]
"""

from __future__ import annotations

import argparse
import math
import time

from benchmarks.common import machine
from protomodels.predictor import load_results
from protomodels.run_settings import CHAINS, MOVES, RUNGS, SWEEPS, WARM_UP
from protomodels.runs.posterior import PosteriorConfig
from protomodels.runs.posterior.answer import QuantityAnswer
from protomodels.runs.posterior.answering import answer_from
from protomodels.runs.posterior.run import scorer_for
from protomodels.runs.posterior.sampling import Piece, sampler_for


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default="demo")
    for setting in (SWEEPS, WARM_UP, RUNGS, MOVES, CHAINS):
        parser.add_argument("--" + setting.name.replace("_", "-"), type=int, default=setting.default)
    parser.add_argument("--seed", type=int, default=1)
    given = vars(parser.parse_args())
    config = PosteriorConfig(**given)
    sampler = sampler_for(scorer_for(config, load_results(config.results), None), config)
    sampler.advance(sampler.start(0, 0), 1)  # kernels are compiled
    start = time.process_time()
    starts = [sampler.start(config.seed, chain) for chain in range(config.chains)]
    pieces = [Piece.of(sampler.advance(state, config.total)) for state in starts]
    seconds = time.process_time() - start
    found = answer_from("p00000000", pieces, config, sampler)
    print(machine())
    print(f"{config.chains} chains of {config.total} sweeps: {seconds:.0f} s of one core")
    print("converged" if found.converged else "not converged: " + "; ".join(found.reasons))
    print(f"ln B: by integration {found.by_integration}, by visits {found.by_visits}")
    print("accepted: " + ", ".join(f"{name} {share:.2f}" for name, share in found.diagnostics.accepted.items()))
    print("least exchange: " + f"{min(min(row) for row in found.diagnostics.exchange):.2f}")
    print(f"round trips: {found.diagnostics.round_trips}")
    print("betas: " + ", ".join(f"{beta:.2f}" for beta in found.diagnostics.betas[0]))
    judged = [q for q in found.quantities if q.judged]
    for name, of in (("few effective draws", _fewest), ("large R-hat", _farthest)):
        print(f"{len(judged)} quantities are judged; those with {name}:")
        for q in sorted(judged, key=of)[:6]:
            n = q.share * found.diagnostics.draws
            sizes = f"effective {q.bulk or 0.0:6.0f} {q.tail or 0.0:6.0f}"
            print(f"  {q.name:24} {n:6.0f} draws, {sizes}, R-hat {q.r_hat or math.inf:.4f}")


def _fewest(q: QuantityAnswer) -> float:
    return min(q.bulk or 0.0, q.tail or 0.0)


def _farthest(q: QuantityAnswer) -> float:
    return -(q.r_hat or math.inf)


if __name__ == "__main__":
    main()

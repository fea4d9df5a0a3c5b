"""How well four chains on the demo results mix: the verdict, the quantities that mix worst, and what it took.

python -m benchmarks.posterior.demo_mixing [--sweeps N] [--warm-up N] [--rungs N] [--moves N] [--seed N]
"""

from __future__ import annotations

import argparse
import time

from benchmarks.common import machine
from protomodels.predictor import load_results
from protomodels.runs.posterior import PosteriorConfig
from protomodels.runs.posterior.answering import answer_from
from protomodels.runs.posterior.run import scorer_for
from protomodels.runs.posterior.sampling import Piece, sampler_for


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweeps", type=int, default=5000)
    parser.add_argument("--warm-up", type=int, default=300)
    parser.add_argument("--rungs", type=int, default=4)
    parser.add_argument("--moves", type=int, default=10)
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = vars(parser.parse_args())
    config = PosteriorConfig("demo", **given)
    sampler = sampler_for(scorer_for(config, load_results("demo"), None), config)
    sampler.advance(sampler.start(0, 0), 1)  # kernels are compiled
    start, pieces = time.process_time(), []
    for chain in range(config.chains):
        pieces.append(Piece.of(sampler.advance(sampler.start(config.seed, chain), config.total)))
    seconds = time.process_time() - start
    found = answer_from("p00000000", pieces, config, sampler)
    print(machine())
    print(f"{config.chains} chains of {config.total} sweeps: {seconds:.0f} s of one core")
    print("converged" if found.converged else "not converged: " + "; ".join(found.reasons))
    print(f"ln B: by integration {found.by_integration}, by visits {found.by_visits}")
    print("accepted: " + ", ".join(f"{name} {share:.2f}" for name, share in found.diagnostics.accepted.items()))
    print("least exchange: " + f"{min(min(row) for row in found.diagnostics.exchange):.2f}")
    print(f"round trips: {found.diagnostics.round_trips}")
    judged = [q for q in found.quantities if q.judged and q.bulk is not None and q.tail is not None]
    for name, of in (("few effective draws", _fewest), ("large R-hat", lambda q: -(q.r_hat or 0.0))):
        print(f"{len(judged)} quantities are judged; those with {name}:")
        for q in sorted(judged, key=of)[:6]:
            n = q.share * found.diagnostics.draws
            print(f"  {q.name:24} {n:6.0f} draws, effective {q.bulk:6.0f} {q.tail:6.0f}, R-hat {q.r_hat:.4f}")


def _fewest(q: object) -> float:
    return min(q.bulk, q.tail)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()

"""Our sampler beside eryn's reversible jump on a toy that both can say: agreement, and effective samples per second.

X_Z1, and none to three of X_e, X_mu and X_nue, which only decay into it; one multiplier for all.  Two numbers were
measured: how much is produced, and the mass of X_Z1.  No tempering.  Needs eryn (arXiv:2303.02164), which is not among
what the program installs:

    pip install eryn && python -m benchmarks.posterior.eryn_toy

    python -m benchmarks.posterior.eryn_toy --growing    ours alone, at growing length, beside plain integration
"""

from __future__ import annotations

import argparse
import math
import time
import warnings

import numpy as np

from protomodels.combiner import combinability_for
from protomodels.particles import LBP, MASS_FLOOR
from protomodels.predictor import load_results
from protomodels.scoring import Scorer
from protomodels.settings import policy
from protomodels.walker.posterior import PriorConfig, Sampler, Schedule, TargetConfig
from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior.contents import ContentPrior

NAMES = (1000011, 1000013, 1000012)
HEAVIEST = 1000.0
ROWS = ("particles", "ln kappa", "mass of X_Z1")

Floats = np.ndarray


def log_likelihood(lightest: float, common: float, masses: list[float]) -> float:
    """Of the two measurements: 0.8 +- 0.15 and 200 +- 100 GeV."""
    produced = math.exp(common) * sum(math.exp(-mass / 300.0) for mass in masses)
    return -0.5 * ((produced - 0.8) / 0.15) ** 2 - 0.5 * ((lightest - 200.0) / 100.0) ** 2


def ours(n: int, seed: int) -> tuple[Floats, float]:
    """(n, rows) numbers, and seconds of one core: a sweep of ten proposals each."""

    def likelihood(point: Point) -> float:
        if any(pid not in NAMES for pid in point.decays):
            return -math.inf
        masses = [mass for pid, mass in point.masses.items() if pid != LBP]
        return log_likelihood(point.masses[LBP], point.common, masses)

    # own multipliers cost so much that there are none
    target = TargetConfig(prior=PriorConfig(heaviest=HEAVIEST, max_particles=4, multiplier=100.0, repeated=0.0))
    scorer = Scorer(load_results("demo"), combinability_for("demo", None), policy("default"))
    sampler = Sampler(scorer, target, Schedule(n_rungs=1, warm_up=0, moves=10), likelihood=likelihood)
    state, found = sampler.advance(sampler.start(seed, 0), 500).state, []
    start = time.process_time()
    for _ in range(n):
        state = sampler.advance(state, 1).state
        point = state.rungs[0].point
        found.append((len(point.masses), point.common, point.masses[LBP]))
    return np.array(found, dtype=float), time.process_time() - start


def eryns(n: int, seed: int, walkers: int) -> tuple[Floats, float]:
    """(walkers, n, rows) numbers, and seconds of one core: a leaf of X_Z1, and none to three leaves of the others.

    A branch for each of these, with one leaf or none, would be what they are; but eryn lets no branch that is proposed
    alone lose its last leaf.
    """
    from eryn.ensemble import EnsembleSampler
    from eryn.moves import GaussianMove
    from eryn.prior import ProbDistContainer, uniform_dist
    from eryn.state import State
    from scipy import stats

    contents = ContentPrior(PriorConfig(max_particles=4))

    def log_like(parts: list[Floats]) -> float:
        lightest, common = parts[0][0]
        masses = [] if parts[1] is None else [float(mass) for mass in parts[1][:, 0]]
        if any(mass < lightest for mass in masses):
            return -1e300
        # what our prior has and uniform distributions have not: weights of contents, masses from X_Z1 on
        k = len(masses)
        weight = contents.log_probability(1 + k) + math.log(math.comb(len(NAMES), k))
        weight -= k * math.log((HEAVIEST - lightest) / (HEAVIEST - MASS_FLOOR))
        return log_likelihood(lightest, common, masses) + weight

    if not hasattr(np, "in1d"):
        np.in1d = np.isin  # eryn 1.2.6 asks for what NumPy 2.4 has no more
    np.random.seed(seed)
    base = {0: uniform_dist(MASS_FLOOR, HEAVIEST - 200.0), 1: stats.norm(0.0, math.log(3.0))}
    priors = {
        "base": ProbDistContainer(base),
        "others": ProbDistContainer({0: uniform_dist(MASS_FLOOR, HEAVIEST)}),
    }
    sampler = EnsembleSampler(
        walkers,
        [2, 1],
        log_like,
        priors,
        branch_names=list(priors),
        nbranches=2,
        nleaves_max=[1, len(NAMES)],
        nleaves_min=[1, 0],
        moves=GaussianMove({"base": np.diag([80.0**2, 0.5**2]), "others": np.diag([200.0**2])}),
        rj_moves=True,
    )
    coords = {"base": priors["base"].rvs(size=(1, walkers, 1)), "others": priors["others"].rvs(size=(1, walkers, 3))}
    coords["base"][..., 0] = 50.0
    inside = {"base": np.ones((1, walkers, 1), dtype=bool), "others": np.zeros((1, walkers, 3), dtype=bool)}
    state = sampler.run_mcmc(State(coords, inds=inside), 500, progress=False)
    start = time.process_time()
    sampler.run_mcmc(state, n, progress=False)
    seconds = time.process_time() - start
    leaves = sampler.get_inds()["others"][-n:, 0].sum(axis=-1)
    of_base = sampler.get_chain()["base"][-n:, 0, :, 0, :]
    found = np.stack([1 + leaves, of_base[..., 1], of_base[..., 0]], axis=-1)
    return np.swapaxes(found.astype(float), 0, 1), seconds


def integrated(n: int, seed: int) -> list[float]:
    """The means by plain integration: ``n`` points of the prior for each number of particles, weighted."""
    rng, contents = np.random.default_rng(seed), ContentPrior(PriorConfig(max_particles=4))
    sums = np.zeros(4)
    for k in range(4):
        lightest = rng.uniform(MASS_FLOOR, HEAVIEST - 200.0, n)
        common = rng.normal(0.0, math.log(3.0), n)
        masses = lightest + (HEAVIEST - lightest) * rng.random((k, n))
        produced = np.exp(common) * np.exp(-masses / 300.0).sum(axis=0)
        weight = np.exp(-0.5 * ((produced - 0.8) / 0.15) ** 2 - 0.5 * ((lightest - 200.0) / 100.0) ** 2)
        weight *= math.exp(contents.log_probability(1 + k)) * math.comb(len(NAMES), k)
        sums += [weight.sum(), weight.sum() * (1 + k), weight @ common, weight @ lightest]
    return [float(total / sums[0]) for total in sums[1:]]


def effective(chains: Floats) -> float:
    """Effective samples of (chains, n) numbers: n over the autocorrelation time, with Sokal's window."""
    values = chains - chains.mean()
    n = values.shape[1]
    spectrum = np.fft.rfft(values, 2 * n, axis=1)
    covariance = np.fft.irfft(spectrum * np.conj(spectrum), axis=1)[:, :n].mean(axis=0)
    tau = 2.0 * np.cumsum(covariance / covariance[0]) - 1.0
    window = np.flatnonzero(np.arange(n) >= 5.0 * tau)
    return values.size / float(tau[window[0]] if len(window) else tau[-1])


def error_of(chains: Floats) -> float:
    """Of the mean of (chains, n) numbers: from their effective size, or the spread of chains, whichever is larger.

    A single chain that mixes slowly finds itself better than it is.
    """
    within = float(chains.std()) / math.sqrt(effective(chains))
    return max(within, float(chains.mean(axis=1).std(ddof=1)) / math.sqrt(len(chains))) if len(chains) > 1 else within


def grown(sets: Floats, exact: list[float]) -> None:
    """Print means of the first eighth, quarter, half of our chains, and of all of them.

    Parameters
    ----------
    sets: (chains, n, rows).
    """
    print(f"{'sweeps':>8}" + "".join(f"{name:>34}" for name in ROWS))
    print(f"{'exact':>8}" + "".join(f"{value:34.3f}" for value in exact))
    for part in (8, 4, 2, 1):
        kept = sets[:, : sets.shape[1] // part]
        cells = ""
        for i in range(len(ROWS)):
            values = kept[..., i]
            size = f"({effective(values) / len(values):.0f} a chain)"
            cells += f"{f'{values.mean():.3f} +- {error_of(values):.3f} {size}':>34}"
        print(f"{kept.shape[1]:8}{cells}")


def main() -> None:
    """Print a table: means by integration and by both with their errors, effective samples per second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", type=int, default=4000, help="sweeps of each chain")
    parser.add_argument("--chains", type=int, default=8, help="ours")
    parser.add_argument("--eryns", type=int, default=3000, help="iterations of each walker")
    parser.add_argument("--walkers", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--growing", action="store_true", help="ours alone, at growing length")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    found = [ours(given.ours, given.seed + i) for i in range(given.chains)]
    one, seconds = np.stack([values for values, _ in found]), sum(spent for _, spent in found)
    exact = integrated(2_000_000, given.seed)
    if given.growing:
        grown(one, exact)
        return
    other, others_seconds = eryns(given.eryns, given.seed, given.walkers)
    print(f"ours: {seconds:.1f} s, eryn: {others_seconds:.1f} s")
    print(f"{'':20}{'integrated':>12}{'ours':>18}{'eryn':>18}{'sigma apart':>13}{'ours ESS/s':>12}{'eryn ESS/s':>12}")
    for i, name in enumerate(ROWS):
        sets = one[..., i], other[..., i]
        rates = [effective(values) / spent for values, spent in zip(sets, (seconds, others_seconds), strict=True)]
        means, errors = [float(values.mean()) for values in sets], [error_of(values) for values in sets]
        apart = (means[0] - means[1]) / math.hypot(*errors)
        both = [f"{mean:.3f} +- {error:.3f}" for mean, error in zip(means, errors, strict=True)]
        print(f"{name:20}{exact[i]:12.3f}{both[0]:>18}{both[1]:>18}{apart:13.1f}{rates[0]:12.1f}{rates[1]:12.1f}")


if __name__ == "__main__":
    main()

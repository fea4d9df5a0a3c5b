"""The uses of the program that are measured, and walks late in a run of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from threadpoolctl import threadpool_limits

from benchmarks.common import REFERENCE, RESULTS
from protomodels.combiner import combinability_for
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.walker.exchange import exchange
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Walk

threadpool_limits(1)  # as workers of a run have it


@dataclass(frozen=True)
class Use:
    """One use of the program.

    Attributes
    ----------
    results, policy, regions, combinable: as the command line has them; None: without a table.
    exchange: steps between restarts of the worst walkers from the best, as in a run of this policy; 0 for never.
    asked: largest median of a step, ms.
    """

    results: str
    policy: str
    regions: str
    combinable: str | None
    exchange: int
    asked: float

    @property
    def options(self) -> tuple[str, ...]:
        """What ``protomodels run`` is told."""
        table = () if self.combinable is None else ("--combinable", self.combinable)
        return ("--results", self.results, "--policy", self.policy, "--regions", self.regions, *table)

    def predictor(self) -> CompiledPredictor:
        """Its results, loaded anew: nothing is remembered yet."""
        return load_results(self.results)

    def walk(self, predictor: CompiledPredictor | None = None) -> Walk:
        """Walks as those of a run."""
        table = combinability_for(self.results, self.combinable)
        return Walk(Scorer(predictor or self.predictor(), table, policy(self.policy, self.regions)))


_NEW, _OLD = str(RESULTS / "smodels-3.0.0.tar.xz"), str(RESULTS / "smodels-1.2.4.tar.xz")
USES: Final = {
    "default": Use(_NEW, "default", "combined", str(REFERENCE / "combinable_2024.json"), 10, 1.0),
    "paper": Use(_OLD, "paper", "best", str(REFERENCE / "combinable_2020.json"), 0, 0.5),
    "demo": Use("demo", "default", "best", None, 10, 1.0),
}
"""By name: the default use on the newest results with combined regions, the paper's on its own, and the demo."""


def late_states(walk: Walk, seed: int, walkers: int, steps: int, every: int) -> dict[int, WalkState]:
    """Where the walkers of a run are after so many steps.

    Parameters
    ----------
    every: steps between exchanges; 0 for none.
    """
    return gone_on(walk, {walker: walk.start(seed, walker) for walker in range(walkers)}, seed, 0, steps, every)


def gone_on(
    walk: Walk, states: dict[int, WalkState], seed: int, done: int, steps: int, every: int
) -> dict[int, WalkState]:
    """Where they are so many steps later.

    Parameters
    ----------
    done: steps that all have done, a multiple of ``every``.
    """
    period = every or steps
    for end in range(done + period, done + steps + 1, period):
        states = {walker: walk.advance(state, period).state for walker, state in states.items()}
        if every:
            states |= {walker: state for walker, (_, state) in exchange(states, seed, end).items()}
    return states

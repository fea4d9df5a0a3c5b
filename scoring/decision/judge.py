"""Decisions with the results, the table and the policy of one scorer."""

from __future__ import annotations

import logging
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner import Combinability
from protomodels.combiner.best import MU_CEILING, BestCombination, Certificate, Combination
from protomodels.combiner.cliques import MAX_CLIQUES
from protomodels.combiner.compiled.maximum import BELOW, SETTLED
from protomodels.kernel import is_compiled, quickly
from protomodels.predictor import Predictions
from protomodels.results.catalog import Catalog
from protomodels.scoring.decision.decide import NOTHING, Decision, decide
from protomodels.scoring.decision.table import Rules, Table, rules_of, table_of
from protomodels.settings import Policy
from protomodels.statistics.joint import Joint, Lines, joint_of, lines_of

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Judge:
    """Decides about models; lines above joint likelihoods are remembered, on which no decision depends.

    Parameters
    ----------
    catalog: of the results, with the data that count.
    combinability: which results may be combined.
    policy: the choices of the scoring.
    """

    def __init__(self, catalog: Catalog, combinability: Combinability, policy: Policy) -> None:
        self._rules = rules_of(policy)
        self._table = table_of(catalog, combinability, policy.strict)
        self._joint, self._lines = None, None
        if policy.regions == "combined" and catalog.combined:
            self._joint = joint_of([entry.likelihood for entry in catalog.combined.values()])
            self._lines = lines_of(self._joint)

        self._warm_up()

    def _warm_up(self) -> None:
        """Compile the kernel, with a remark where it was never compiled on this machine."""
        # the latter is a part that only decisions with joint likelihoods have
        if not is_compiled("decide" if self._joint is None else "lowest_line"):
            log.warning("compiling likelihoods for this machine, once: about a quarter of a minute")
        nothing = np.zeros(0, dtype=np.int64)
        with quickly():
            self._call(nothing, np.zeros((4, 0)), nothing, np.zeros((0, 1), dtype=np.uint64), np.zeros(0), 0.0, 1.0)

    @property
    def fixed(self) -> tuple[Table, Joint | None, Lines | None, Rules]:
        """What its kernels take that does not depend on a model."""
        return self._table, self._joint, self._lines, self._rules

    def decide(self, predictions: Predictions, enough: float = -np.inf, mu_max: float = np.nan) -> Decision | None:
        """The best combination of a model.

        Parameters
        ----------
        enough: log ratio below which it does not matter what it is: the state is then BELOW.
        mu_max: largest signal strength allowed; that of the critic where none is given.

        Returns
        -------
        None where only the general search can say: more cliques, or equal combinations, than this one takes.
        """
        numbers = np.empty((4, len(predictions)))
        numbers[0], numbers[1], numbers[2] = predictions.sigma, predictions.limit_observed, predictions.limit_expected
        numbers[3] = predictions.marked
        found = self._call(
            predictions.rows,
            numbers,
            predictions.particle_masks,
            predictions.topology_bits,
            predictions.region_signal,
            enough,
            mu_max,
        )
        return found if found.state in (SETTLED, BELOW, NOTHING) else None

    def _call(
        self,
        rows: Ints,
        numbers: Floats,
        particles: Ints,
        bits: NDArray[np.uint64],
        region_signal: Floats,
        enough: float,
        mu_max: float,
    ) -> Decision:
        """The kernel; see :func:`.decide.decide`."""
        return decide(
            *self.fixed, rows, numbers, particles, bits, region_signal, MU_CEILING, MAX_CLIQUES, enough, mu_max
        )


def best_of(found: Decision) -> BestCombination | None:
    """A decision in the words of the general search; None where there is no legal combination."""
    if found.state == NOTHING:
        return None
    pieces = tuple(found.pieces.tolist())
    certificate = Certificate(
        cliques=pieces,
        n_legal=math.prod(pieces),
        n_mu=found.n_points,
        n_intervals=found.n_points,
        n_polished=1,
        upper_bound=found.upper,
        unlisted_bound=found.upper,
        convexity=0.0,
        at_ceiling=found.mu_hat == MU_CEILING < found.mu_max,
    )
    return BestCombination(tuple(found.members.tolist()), found.mu_hat, found.log_ratio, (), certificate)


def with_runners_up(best: BestCombination, listed: BestCombination, n: int) -> BestCombination:
    """The best one with those that the general search lists behind it, and the figures of that search's proof."""
    others = (Combination(listed.members, listed.mu_hat, listed.log_ratio), *listed.runners_up)
    kept = tuple(other for other in others if other.members != best.members)[:n]
    return replace(best, runners_up=kept, certificate=listed.certificate)

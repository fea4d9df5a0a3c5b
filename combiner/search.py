"""The search itself: every interval of mu is settled, by a bound or by knowing all that could be best there.

With w_i(mu) = ln L_i(mu) - ln L_i(0) and f_c(mu) = sum of w_i over the members of combination c, wanted are
the r largest of f*_c = max_mu f_c(mu). The two maxima commute, and at fixed mu the sum splits by components::

    max_c max_mu f_c(mu) = max_mu sum_components max_{clique q} f_q(mu)

A grid of mu, all cliques of all components at once (one matrix product), gives good candidates; each
candidate's own maximum is found to 1e-12 (``polish``). Now the proof: on an interval [a, b] every f_q lies
below its tent (``concave``), so with any line l_k(mu) per component k, and g_q = max over the tent of f_q -
l_k,

    f_c(mu) <= max(sum_k l_k(a), sum_k l_k(b)) + sum_{q in c} g_q .

Both l_k = 0 and l_k = the chord of the component's upper envelope are tried. The chord makes the bound tight
to second order in b - a, also where one component rises while another falls. These bounds are sums over
components, so ``k_best`` lists the combinations with the largest bounds. If none but already polished ones
can exceed the r-th best value found, the interval is settled; a few others are polished; if there are too
many, the interval is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.cliques import Legal
from protomodels.combiner.concave import Floats, convexity, tents
from protomodels.combiner.kbest import k_best
from protomodels.combiner.polish import polish
from protomodels.errors import PredictionError

Ints = NDArray[np.intp]
Curves = Callable[[Floats], Floats]

PIECES: Final = 8
"""An unsettled interval is cut into so many equal ones."""
SEEDED: Final = 3
"""The first candidates are the best ones at this many of the best points of the grid."""
CROWD: Final = 8
"""An interval with so many possible winners beyond the wanted ones is cut; with fewer, they are polished."""
FINEST: Final = 1e-13
"""Intervals shorter than this times their upper end are not cut any more: floating point ends there."""
POLISH_TOLERANCE: Final = 1e-12


def first_grid(top: float) -> Floats:
    """0 and a geometric grid, factor 2, from at most 1e-3 (and at most 1e-3 of the range) up to ``top``.

    >>> first_grid(4.0).round(3).tolist()[-4:], len(first_grid(4.0)), len(first_grid(1e9))
    ([0.5, 1.0, 2.0, 4.0], 14, 42)
    """
    if top == 0.0:
        return np.zeros(1)
    lowest = 1e-3 * min(1.0, top)
    steps = int(np.ceil(np.log2(top / lowest) - 1e-9))
    return np.append(0.0, top * 0.5 ** np.arange(steps, -1, -1.0))


class Search:
    """One search for the ``wanted`` best legal combinations on 0 <= mu <= ``top``; ``run`` does it."""

    def __init__(self, curves: Curves, legal: Legal, top: float, wanted: int, tolerance: float) -> None:
        self.curves, self.legal, self.wanted, self.tolerance = curves, legal, wanted, tolerance
        self.mu = first_grid(top)
        self.w = self._evaluate(self.mu)
        self.known: dict[tuple[int, ...], int] = {}
        self.pending: dict[tuple[int, ...], None] = {}
        self.mu_hat, self.value, self.slack = np.empty(0), np.empty(0), np.empty(0)
        self.remaining = -np.inf
        self.n_intervals, self.n_first = 0, len(self.mu)
        self.count = legal.count
        self._component = np.repeat(np.arange(len(legal.sizes)), legal.sizes)

    def _evaluate(self, mu: Floats) -> Floats:
        values = np.asarray(self.curves(mu), dtype=np.float64)
        expected = (self.legal.rows.shape[1], len(mu))
        if values.shape != expected:
            raise ValueError(f"the curves must have the shape {expected} (results, mu), not {values.shape}")
        if not np.isfinite(values).all():
            i, j = np.argwhere(~np.isfinite(values))[0]
            raise PredictionError(f"result {i} has the log likelihood ratio {values[i, j]} at mu = {mu[j]}")
        return values

    def run(self) -> None:
        """Find and prove; the outcome is in ``known``, ``mu_hat``, ``value``, ``slack`` and ``remaining``."""
        f = (self.legal.rows @ self.w).T
        total = np.maximum.reduceat(f, self.legal.starts, axis=1).sum(axis=1)
        near = np.sort(np.argsort(-total, kind="stable")[:SEEDED])
        sums, rows = k_best(f[near], self.legal.starts, self.wanted)
        order = np.argsort(-sums.ravel(), kind="stable")
        seeds = dict[tuple[int, ...], None]()
        for chosen in rows.reshape(-1, rows.shape[-1])[order].tolist():
            seeds[tuple(chosen)] = None
            if len(seeds) == self.wanted:
                break
        self.pending = seeds
        self._learn()
        live = np.arange(len(self.mu) - 1)
        while len(live) and len(self.known) + len(self.pending) < self.count:
            live = self._cut(self._unsettled(live))
        self._learn()
        if len(self.known) < self.count:
            self.remaining = max(self.remaining, self.threshold() + self.tolerance)

    def threshold(self) -> float:
        """The value of the last of the wanted combinations, as far as known."""
        if len(self.value) < self.wanted:
            return -np.inf
        return float(np.partition(self.value, -self.wanted)[-self.wanted])

    def convexity(self) -> float:
        """Largest violation of concavity seen in any curve, in ln L."""
        return convexity(self.mu, self.w)

    def _learn(self) -> None:
        """Find the own maximum of the pending combinations, given by their clique in each component."""
        if not self.pending:
            return
        new, self.pending = list(self.pending), {}
        members = self.legal.rows[np.array(new)].sum(axis=1)

        def evaluate(which: Ints, points: Floats) -> Floats:
            w = self._evaluate(points.ravel()).reshape(-1, *points.shape)
            return np.asarray(np.einsum("rn,nrm->rm", members[which], w))

        if len(self.mu) == 1:  # mu can only be 0
            mu_hat, value, slack = np.zeros(len(new)), (members @ self.w)[:, 0], np.zeros(len(new))
        else:
            mu_hat, value, slack = polish(evaluate, self.mu, members @ self.w, POLISH_TOLERANCE)
        self.known.update(zip(new, range(len(self.known), len(self.known) + len(new)), strict=True))
        self.mu_hat = np.append(self.mu_hat, mu_hat)
        self.value = np.append(self.value, value)
        self.slack = np.append(self.slack, slack)

    def bounds(self, live: Ints) -> tuple[Floats, Floats]:
        """Bounds that add up over the components: offset (I,), scores (I, n_rows).

        offset + sum of the scores of a combination's cliques >= f_c(mu) for all mu in the interval.
        """
        near = np.clip(live[:, None] + np.arange(-1, 3), 0, len(self.mu) - 1)
        used, place = np.unique(near, return_inverse=True)
        f = (self.legal.rows @ self.w[:, used])[:, place.reshape(near.shape)]  # (rows, I, 4)
        mu = self.mu[near]
        with np.errstate(divide="ignore", invalid="ignore"):
            before = np.where(live == 0, np.inf, (f[..., 1] - f[..., 0]) / (mu[:, 1] - mu[:, 0]))
            last = live == len(self.mu) - 2
            after = np.where(last, -np.inf, (f[..., 3] - f[..., 2]) / (mu[:, 3] - mu[:, 2]))
        width, left, right = mu[:, 2] - mu[:, 1], f[..., 1], f[..., 2]
        top_at, height = tents(width, left, right, before, after)
        a = np.maximum.reduceat(left, self.legal.starts, axis=0)
        b = np.maximum.reduceat(right, self.legal.starts, axis=0)
        line_a, line_b = a[self._component], b[self._component]
        over = np.maximum(height - line_a - (line_b - line_a) * (top_at / width), left - line_a)
        over = np.maximum(over, right - line_b)
        offset = np.maximum(a.sum(axis=0), b.sum(axis=0))
        by_chord = offset + np.maximum.reduceat(over, self.legal.starts, axis=0).sum(axis=0)
        flat = np.maximum.reduceat(height, self.legal.starts, axis=0).sum(axis=0)
        use_chord = by_chord < flat
        return np.where(use_chord, offset, 0.0), np.where(use_chord, over, height).T

    def _unsettled(self, live: Ints) -> Ints:
        """The intervals that have too many possible winners; the few of the others are to be polished."""
        self.n_intervals += len(live)
        offset, scores = self.bounds(live)
        line = self.threshold() + self.tolerance
        possible = offset + np.maximum.reduceat(scores, self.legal.starts, axis=1).sum(axis=1) > line
        live, offset, scores = live[possible], offset[possible], scores[possible]
        if not len(live):
            return live
        sums, rows = k_best(scores, self.legal.starts, self.wanted + CROWD)
        sums += offset[:, None]
        crowded = (sums[:, -1] > line) & (sums.shape[1] < self.count)
        fine = crowded & (self.mu[live + 1] - self.mu[live] <= FINEST * self.mu[live + 1])
        if fine.any():
            self.remaining = max(self.remaining, float(sums[fine].max()))
            crowded &= ~fine
        listed = rows[~crowded][sums[~crowded] > line].tolist()
        if crowded.any() and len(self.mu) > self.n_first:
            # after a first cut, a crowd means that the line is too low: those in its midst will raise it
            listed += rows[np.argmax(np.where(crowded, sums[:, 0], -np.inf)), : self.wanted].tolist()
        self.pending.update((row, None) for row in map(tuple, listed) if row not in self.known)
        if crowded.any():
            self._learn()
        return np.asarray(live[crowded])

    def _cut(self, live: Ints) -> Ints:
        """Insert the points that cut intervals into pieces; returns the new intervals."""
        if not len(live):
            return live
        a, b = self.mu[live], self.mu[live + 1]
        inner = (a[:, None] + (b - a)[:, None] * (np.arange(1, PIECES) / PIECES)).ravel()
        mu = np.append(self.mu, inner)
        order = np.argsort(mu, kind="stable")
        self.w = np.concatenate([self.w, self._evaluate(inner)], axis=1)[:, order]
        self.mu = mu[order]
        starts = np.concatenate([a, inner])
        return np.sort(np.searchsorted(self.mu, starts))

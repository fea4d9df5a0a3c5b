"""From the predictions of a model to its best combination, or to the proof that it is not good enough; compiled."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.compiled.curves import Signals
from protomodels.combiner.compiled.graph import Cliques, maximal_cliques
from protomodels.combiner.compiled.maximum import ABOVE, BELOW, FAILED, maximum
from protomodels.kernel import kernel, part
from protomodels.scoring.decision.choice import choose, largest_strength, signal_of
from protomodels.scoring.decision.table import Rules, Table
from protomodels.statistics.curves import LIMIT, REGION
from protomodels.statistics.joint import Joint, Lines
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOTHING, CROWDED = 10, 11
"""Further states besides those of a search: no legal combination; too many cliques, or rules for the general search."""
JOINT: Final = 3
"""Kind of a joint likelihood, beside REGION and LIMIT."""


class Decision(NamedTuple):
    """What the kernel found.

    Attributes
    ----------
    state: SETTLED, BELOW, NOTHING; or what the general search has to say: OPEN, FAILED, CROWDED.
    mu_max, mu_hat: signal strengths.
    log_ratio: ln L(mu_hat) - ln L(0) of the best combination.
    upper: no combination has a larger one.
    chosen: predictions that may enter combinations, ascending.
    members: those of the best combination, as places in ``chosen``, ascending.
    particles: mask of the particles that give their signals.
    pieces: cliques of each connected piece.
    n_points: signal strengths that were looked at.
    """

    state: int
    mu_max: float
    mu_hat: float
    log_ratio: float
    upper: float
    chosen: Ints
    members: Ints
    particles: int
    pieces: Ints
    n_points: int


@kernel
def decide(
    table: Table,
    joint: Joint | None,
    lines: Lines | None,
    rules: Rules,
    rows: Ints,
    numbers: Floats,
    particles: Ints,
    bits: NDArray[np.uint64],
    region_signal: Floats,
    ceiling: float,
    cap: int,
    enough: float,
    mu_max: float,
) -> Decision:
    """Choose, combine, and find the maximum.

    Parameters
    ----------
    joint, lines: None where no joint likelihood may be chosen: a fourth of the machine code is compiled for that.
    rows, particles, bits: of the predictions, (n,), (n,) and (n, words).
    numbers: sigma, observed and expected limit of the predictions, fb, and the share of sigma that is marked, (4, n).
    ceiling: mu is searched up to here where mu_max is larger.
    cap: most cliques of a piece.
    enough: log ratio below which the value does not matter.
    mu_max: largest signal strength allowed; NaN: that of the critic.
    """
    sigma, observed, expected = numbers[0], numbers[1], numbers[2]
    nothing = np.zeros(0, np.int64)
    if np.isnan(mu_max):
        mu_max = largest_strength(table, rows, sigma, observed, expected, rules.tolerance)
    chosen = choose(table, joint, rules, rows, sigma, observed, expected, numbers[3], region_signal, mu_max)
    if len(chosen) == 0:
        return Decision(NOTHING, mu_max, 0.0, 0.0, 0.0, chosen, nothing, 0, nothing, 0)
    cliques = maximal_cliques(_allowed(table, rows, bits, chosen, rules.distinct_topologies), cap)
    sizes = _sizes(cliques.component)
    if cliques.crowded or 1 < len(sizes) < rules.min_results:
        return Decision(CROWDED, mu_max, 0.0, 0.0, np.inf, chosen, nothing, 0, sizes, 0)
    if len(sizes) < rules.min_results:
        cliques = _large_enough(cliques, rules.min_results)
        sizes = _sizes(cliques.component)
        if sizes[0] == 0:
            return Decision(NOTHING, mu_max, 0.0, 0.0, 0.0, chosen, nothing, 0, nothing, 0)
    signals = _signals(table, joint, rows, numbers, region_signal, chosen)
    top = min(mu_max, ceiling)
    # by remembered lines first, where these can spare the maxima of joint likelihoods
    exact = enough == -np.inf or not _has_joint(signals.kind)
    found = maximum(signals, joint, lines, cliques, top, enough, exact)
    if found.state == ABOVE:
        found = maximum(signals, joint, lines, cliques, top, enough, not exact)
    if found.state == BELOW or found.state == FAILED:
        return Decision(found.state, mu_max, 0.0, 0.0, found.upper, chosen, nothing, 0, sizes, 0)
    members, mask = np.empty(len(chosen), np.int64), 0
    count = 0
    for i in range(len(chosen)):
        for q in found.cliques:
            for m in range(cliques.first[q], cliques.first[q + 1]):
                if cliques.members[m] == i:
                    members[count], count = i, count + 1
                    mask |= particles[chosen[i]]
    return Decision(
        found.state,
        mu_max,
        found.mu_hat,
        found.value,
        found.upper,
        chosen,
        members[:count],
        mask,
        sizes,
        found.n_points,
    )


@part
def _sizes(first: Ints) -> Ints:
    out = np.empty(len(first) - 1, np.int64)
    for k in range(len(out)):
        out[k] = first[k + 1] - first[k]
    return out


@part
def _has_joint(kind: Ints) -> bool:
    count = 0
    for one in kind:
        count += one == JOINT
    return count > 0


@part
def _allowed(table: Table, rows: Ints, bits: NDArray[np.uint64], chosen: Ints, distinct: bool) -> Bools:
    """Which of the chosen predictions may be combined; see :mod:`protomodels.combiner.table`."""
    n = len(chosen)
    out = np.zeros((n, n), np.bool_)
    for i in range(n):
        one = rows[chosen[i]]
        for j in range(i):
            other = rows[chosen[j]]
            allowed = table.listed[table.label[one], table.label[other]]
            if allowed and distinct and table.place[one] == table.place[other]:
                for w in range(bits.shape[1]):
                    if bits[chosen[i], w] & bits[chosen[j], w] != 0:
                        allowed = False
            out[i, j] = out[j, i] = allowed
    return out


@part
def _large_enough(cliques: Cliques, size: int) -> Cliques:
    """Of the cliques of one piece those with enough members."""
    first, members = np.zeros(len(cliques.first), np.int64), np.empty(len(cliques.members), np.int64)
    found = 0
    for q in range(len(cliques.first) - 1):
        a, b = cliques.first[q], cliques.first[q + 1]
        if b - a >= size:
            end = first[found]
            for m in range(a, b):
                members[end + m - a] = cliques.members[m]
            found += 1
            first[found] = end + b - a
    component = np.zeros(2, np.int64)
    component[1] = found
    return Cliques(component, first[: found + 1], members[: first[found]], False)


@part
def _signals(
    table: Table, joint: Joint | None, rows: Ints, numbers: Floats, region_signal: Floats, chosen: Ints
) -> Signals:
    """The curves of the chosen predictions."""
    n = len(chosen)
    kind, which = np.empty(n, np.int64), np.empty(n, np.int64)
    signal, center, width, events = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    regions = np.zeros(0 if joint is None else len(joint.theta))
    for i in range(n):
        row, sigma = rows[chosen[i]], numbers[0, chosen[i]]
        which[i] = -1
        if table.is_ul[row]:
            kind[i], signal[i], events[i] = LIMIT, sigma, 0.0
            width[i] = numbers[2, chosen[i]] / EXPECTED_LIMIT_IN_SIGMA
            center[i] = width[i] * _mode(table.modes, numbers[1, chosen[i]] / width[i])
        else:
            kind[i], signal[i] = REGION, sigma * table.lumi[row]
            center[i], width[i], events[i] = table.background[row], table.delta[row], table.observed[row]
            if joint is not None and table.joint[row] >= 0:
                kind[i], which[i] = JOINT, table.joint[row]
                a, b = joint.first[which[i]], joint.first[which[i] + 1]
                signal_of(table, a, region_signal, regions[a:b])
    return Signals(kind, signal, center, width, events, which, regions)


@part
def _mode(modes: Floats, limit: float) -> float:
    """Mode of the Gaussian of an upper limit, in units of its width; see :func:`.truncated_gaussian.limit_mode`."""
    knots = modes.shape[1]
    spacing = modes[0, 1] - modes[0, 0]
    place = min(max(limit, EXPECTED_LIMIT_IN_SIGMA), EXPECTED_LIMIT_IN_SIGMA + 2.0)
    k = min(int((place - modes[0, 0]) / spacing), knots - 1)
    x = place - modes[0, k]
    return float(((modes[1, k] * x + modes[2, k]) * x + modes[3, k]) * x + modes[4, k])

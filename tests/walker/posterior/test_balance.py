"""Detailed balance of each move: on exact draws of a density, as many go from one cell to another as come back.

For the pair (before, after) of one step from an exact draw, balance is that both orders are equally likely; so are then
the two ways between any two cells, and any number goes up as often as down.  False alarms: one in a thousand of each
test, had its seed not been fixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest
from scipy import stats

from protomodels.walker.posterior.moves import MOVES, ChangeMass, Move, Proposal, mass
from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.rung import Kernel
from tests.walker.posterior.marginals import ALARM, alarm
from tests.walker.posterior.toy import PRIOR, Biased, cell, exact_draw, numbers, toy_likelihood

FEWEST = 12
"""Steps between two cells, both ways together, that are compared."""


@cache
def drawn() -> tuple[Point, ...]:
    rng = np.random.default_rng(8)
    return tuple(exact_draw(rng) for _ in range(15_000))


def balance(move: Move, seed: int) -> dict[str, float]:
    """p-values: of the ways between cells, and of numbers that go up and down."""
    kernel, rng = Kernel(PRIOR, toy_likelihood, [(move, 1.0)]), np.random.default_rng(seed)
    flow: Counter[tuple[object, object]] = Counter()
    ways: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for point in drawn():
        after = kernel.walk(kernel.at(point), 1.0, 1, rng).point
        if after is not point:
            flow[cell(point), cell(after)] += 1
            before = numbers(point)
            for name, value in numbers(after).items():
                if value != before[name]:
                    ways[name][value > before[name]] += 1
    total, pairs = 0.0, 0
    for (one, other), n in flow.items():
        back = flow[other, one]
        first = repr(one) < repr(other) or (one != other and not back)  # each pair of cells once
        if first and n + back >= FEWEST:
            total += (n - back) ** 2 / (n + back)
            pairs += 1
    found = {name: float(stats.binomtest(up, down + up).pvalue) for name, (down, up) in ways.items()}
    return found | ({"cells": float(stats.chi2.sf(total, pairs))} if pairs > 3 else {})


@pytest.mark.parametrize("move", [move for move, _ in MOVES], ids=lambda move: move.name)
def test_a_move_is_balanced(move: Move) -> None:
    found = balance(move, 21)
    assert "cells" in found and not alarm(found), found


@pytest.mark.parametrize("move", [move for move, _ in MOVES], ids=lambda move: move.name)
def test_a_wrong_jacobian_is_seen(move: Move) -> None:
    assert min(balance(Biased(move), 21).values()) < ALARM / 100.0


class InKappa(ChangeMass):
    """Multipliers move with masses as if their density were with respect to kappa, and not to its logarithm."""

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        found = super().propose(point, prior, rng)
        return found and Proposal(found.point, found.log_ratio + found.point.common - point.common)


def test_multipliers_that_move_with_masses_are_balanced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mass, "TOGETHER", 0.0)
    monkeypatch.setattr(mass, "COMPENSATED", 1.0)
    found = balance(ChangeMass(), 22)
    assert "cells" in found and "multipliers" in found and not alarm(found), found
    assert min(balance(InKappa(), 22).values()) < ALARM / 100.0

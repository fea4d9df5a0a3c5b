"""Have the chains converged?  Nothing is called so that has not passed every requirement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protomodels.statistics.posterior.mixing import Mixing


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is asked of chains.

    Attributes
    ----------
    chains: independent ones, at least.
    r_hat: of every quantity, at most.
    effective: draws of every quantity, all chains together, in the bulk and in the tails.
    exchange: share of accepted exchanges of every two neighbouring rungs, at least.
    round_trips: from the coldest rung to the hottest and back, of each chain.
    """

    chains: int = 4
    r_hat: float = 1.01
    effective: float = 400.0
    exchange: float = 0.1
    round_trips: int = 5


@dataclass(frozen=True, slots=True)
class Ladder:
    """How the exchanges of one chain went.

    Attributes
    ----------
    exchange: share of accepted exchanges of each two neighbouring rungs, (rungs - 1); empty for a single rung.
    round_trips: from the coldest rung to the hottest and back.
    """

    exchange: tuple[float, ...]
    round_trips: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """``converged`` where no requirement failed; ``reasons`` says in words which did."""

    converged: bool
    reasons: tuple[str, ...]


def verdict(
    quantities: Mapping[str, Mixing], ladders: Sequence[Ladder], agree: bool, asked: Requirements | None = None
) -> Verdict:
    """Judge chains.

    Parameters
    ----------
    quantities: by name; those whose draws are all equal say nothing and are passed over, but one has to move.
    ladders: one a chain.
    agree: the two ways to the Bayes factor do.

    >>> verdict({}, [], True).reasons[0]
    '0 chains, 4 are needed'
    """
    asked = asked or Requirements()
    reasons = []
    if len(ladders) < asked.chains:
        reasons.append(f"{len(ladders)} chains, {asked.chains} are needed")
    moving = {name: found for name, found in quantities.items() if not found.constant}
    if not moving:
        reasons.append("no quantity moves")
    # "not <=" refuses NaN as well
    apart = {name: m.r_hat for name, m in moving.items() if not m.r_hat <= asked.r_hat}
    if apart:
        worst = max(apart, key=lambda name: math.inf if math.isnan(apart[name]) else apart[name])
        reasons.append(f"R-hat above {asked.r_hat:g} for {_many(apart)}, {apart[worst]:.3f} for {worst}")
    few = {name: m.effective for name, m in moving.items() if not m.effective >= asked.effective}
    if few:
        worst = min(few, key=lambda name: -1.0 if math.isnan(few[name]) else few[name])
        reasons.append(f"fewer than {asked.effective:g} effective draws for {_many(few)}, {few[worst]:.0f} for {worst}")
    rates = [rate for ladder in ladders for rate in ladder.exchange]
    if rates and not min(rates) >= asked.exchange:
        reasons.append(f"neighbouring rungs exchange in {min(rates):.0%} of tries, {asked.exchange:.0%} are needed")
    trips = [ladder.round_trips for ladder in ladders if ladder.exchange]
    if trips and min(trips) < asked.round_trips:
        reasons.append(f"{min(trips)} round trips of the ladder in a chain, {asked.round_trips} are needed")
    if not agree:
        reasons.append("the two ways to the Bayes factor do not agree")
    return Verdict(not reasons, tuple(reasons))


def _many(names: Mapping[str, float]) -> str:
    return "1 quantity" if len(names) == 1 else f"{len(names)} quantities"

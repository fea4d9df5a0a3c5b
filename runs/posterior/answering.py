"""How the answer of a posterior is made of its chains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from protomodels.database import Storage
from protomodels.errors import NotFoundError
from protomodels.particles import LBP, PARTICLES
from protomodels.runs.posterior.answer import (
    ContentAnswer,
    Corner,
    Diagnostics,
    ParticleAnswer,
    PosteriorAnswer,
    QuantityAnswer,
)
from protomodels.runs.posterior.config import PosteriorConfig
from protomodels.runs.posterior.contents import EMPTY, prior_of_content, prior_of_particle
from protomodels.runs.posterior.quantities import Series, indicator, series_of
from protomodels.runs.posterior.regions import region_signals
from protomodels.runs.posterior.sampling import Piece, together
from protomodels.statistics.posterior import (
    Ladder,
    LogBayesFactor,
    Mixing,
    Rungs,
    agree,
    by_integration,
    by_visits,
    highest_density,
    mixing,
    probability,
    verdict,
)
from protomodels.tables import finite
from protomodels.walker.posterior import Draw, Sampler

JUDGED_SHARE: Final = 0.1
"""A quantity that is there in a smaller share of the draws is reported, but not judged: too few draws have it."""
CORNER_DRAWS: Final = 500
CONTENTS_KEPT: Final = 200
"""The most probable ones; a long chain visits thousands once."""

Chains = Sequence[Sequence[Draw]]


def chains_of(storage: Storage, posterior: str) -> list[Piece]:
    """What each chain gave so far.

    Raises
    ------
    NotFoundError: where a chain is not beyond the warm-up, or there is no such posterior.
    """
    n_chains = storage.get_posterior(posterior).n_chains
    pieces = [[Piece.unpack(packed) for packed in storage.sweeps(posterior, chain)] for chain in range(n_chains)]
    if not all(any(piece.draws for piece in chain) for chain in pieces):
        raise NotFoundError("posterior", posterior, "one whose chains are all beyond the warm-up")
    return [together(chain) for chain in pieces]


def answer_of(storage: Storage, posterior: str, sampler: Sampler) -> PosteriorAnswer:
    """What the chains of a posterior say so far; NotFoundError as :func:`chains_of`."""
    config = PosteriorConfig.from_json(storage.get_posterior(posterior).config_json)
    return answer_from(posterior, chains_of(storage, posterior), config, sampler)


def answer_from(posterior: str, pieces: Sequence[Piece], config: PosteriorConfig, sampler: Sampler) -> PosteriorAnswer:
    """What chains say.

    Parameters
    ----------
    pieces: one a chain.
    sampler: that made them, for its prior and its results.
    """
    chains = [piece.draws for piece in pieces]
    contents = sampler.prior.contents
    series = series_of(chains)
    mixed = [mixing(one.chains) for one in series]
    judged = [one.share >= JUDGED_SHARE and not found.constant for one, found in zip(series, mixed, strict=True)]
    ladders = [_ladder(piece) for piece in pieces]
    ways = _bayes_factors(pieces, prior_of_content(contents, EMPTY))
    together_ = agree(*ways, chains=len(pieces))
    decided = {one.name: m for one, m, yes in zip(series, mixed, judged, strict=True) if yes}
    found = verdict(decided, ladders, together_)
    particles = []
    for pid in (pid for pid in PARTICLES if pid != LBP):
        p = probability([chain > 0.5 for chain in indicator(pid, chains).chains])
        particles.append(ParticleAnswer(PARTICLES[pid].name, p.value, p.error, prior_of_particle(contents, pid)))
    return PosteriorAnswer(
        run=posterior,
        target=config.target,
        prior_only=config.prior_only,
        converged=found.converged,
        reasons=found.reasons,
        particles=tuple(sorted(particles, key=lambda one: -one.probability)),
        contents=_contents(chains, sampler),
        log_bayes_factor=min(ways, key=_error),
        by_integration=ways[0],
        by_visits=ways[1],
        quantities=tuple(map(_quantity, series, mixed, judged)),
        regions=() if config.prior_only else region_signals(sampler.scorer.predictor, chains),
        corner=_corner(chains),
        diagnostics=_diagnostics(pieces, config, decided, ladders, together_),
    )


def _ladder(piece: Piece) -> Ladder:
    tried = zip(piece.swaps_accepted, piece.swaps_proposed, strict=True)
    return Ladder(tuple(done / n if n else 0.0 for done, n in tried), piece.round_trips)


def _bayes_factors(pieces: Sequence[Piece], prior_empty: float) -> tuple[LogBayesFactor, LogBayesFactor]:
    visits = [np.array([len(draw.model.masses) == 1 for draw in piece.draws]) for piece in pieces]
    seen = by_visits(visits, prior_empty)
    if any(len(piece.betas) < 2 for piece in pieces):
        return LogBayesFactor(), seen
    rungs = []
    for piece in pieces:
        inside = np.maximum(np.array(piece.inside, dtype=np.float64), 1.0)
        mean = np.array(piece.sums) / inside
        variance = np.maximum(np.array(piece.squares) / inside - mean**2, 0.0)
        rungs.append(Rungs(np.array(piece.betas), mean, variance, piece.inside[-1] / piece.n))
    return by_integration(rungs, prior_empty), seen


def _error(way: LogBayesFactor) -> float:
    return float("inf") if way.value is None or way.error is None or way.error != way.error else way.error


def _contents(chains: Chains, sampler: Sampler) -> tuple[ContentAnswer, ...]:
    names = [[frozenset(draw.model.masses) for draw in chain] for chain in chains]
    found = []
    visits = Counter(content for chain in names for content in chain)
    # of those that were visited as often, which are kept must not depend on the order of sets
    visited = sorted(visits, key=lambda content: (-visits[content], len(content), sorted(content)))
    for content in visited[:CONTENTS_KEPT]:
        p = probability([np.array([one == content for one in chain]) for chain in names])
        others = tuple(PARTICLES[pid].name for pid in sorted(content) if pid != LBP)
        prior = prior_of_content(sampler.prior.contents, content)
        found.append(ContentAnswer(others, p.value, p.error, prior))
    return tuple(sorted(found, key=lambda one: (-one.probability, one.particles)))


def _quantity(one: Series, found: Mixing, judged: bool) -> QuantityAnswer:
    values = np.concatenate(one.chains)
    narrow, wide = highest_density(values, 0.68), highest_density(values, 0.95)
    given = tuple(PARTICLES[pid].name for pid in one.given)
    spans = (float(np.median(values)), narrow.low, narrow.high, wide.low, wide.high)
    r_hat, bulk, tail = finite((found.r_hat, found.bulk, found.tail))
    return QuantityAnswer(one.name, given, one.share, *spans, r_hat, bulk, tail, judged)


def _corner(chains: Chains) -> Corner:
    draws = [draw.model.masses for chain in chains for draw in chain if len(draw.model.masses) > 1]
    if not draws:
        return Corner()
    ((best, _),) = Counter(frozenset(masses) for masses in draws).most_common(1)
    chosen = [masses for masses in draws if frozenset(masses) == best]
    kept = [
        chosen[i] for i in (np.arange(min(CORNER_DRAWS, len(chosen))) * len(chosen)) // min(CORNER_DRAWS, len(chosen))
    ]
    pids = sorted(best, key=lambda pid: (-float(np.median([masses[pid] for masses in kept])), pid))
    rows = tuple(tuple(float(masses[pid]) for pid in pids) for masses in kept)
    return Corner(tuple(PARTICLES[pid].name for pid in pids), rows)


def _diagnostics(
    pieces: Sequence[Piece], config: PosteriorConfig, decided: dict[str, Mixing], ladders: Sequence[Ladder], same: bool
) -> Diagnostics:
    proposed: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for piece in pieces:
        proposed.update(piece.proposed)
        accepted.update(piece.accepted)
    return Diagnostics(
        chains=len(pieces),
        sweeps=config.sweeps,
        draws=sum(len(piece.draws) for piece in pieces),
        r_hat=finite(float(np.max([m.r_hat for m in decided.values()])) if decided else None),
        effective=finite(float(np.min([m.effective for m in decided.values()])) if decided else None),
        betas=tuple(piece.betas for piece in pieces),
        exchange=tuple(ladder.exchange for ladder in ladders),
        round_trips=tuple(ladder.round_trips for ladder in ladders),
        accepted={name: accepted[name] / n for name, n in sorted(proposed.items()) if n},
        agree=same,
    )

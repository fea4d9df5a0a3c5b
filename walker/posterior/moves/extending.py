"""Channels added to a decay, and taken out of it again: the step between different numbers of branching ratios.

From k channels to n = k + j.  Equal shares stay equal, and nothing is drawn.  Free shares v are thinned: t is drawn
from Beta(j a, k a), w from the Dirichlet distribution of j shares, and the new shares are (1 - t) v and t w.  The
Jacobian of (v without its last, t, w without its last) -> (all but the last) is

    (1 - t)^(k - 1) t^(j - 1)

as a simplex of k shares shrinks by (1 - t) in its k - 1 dimensions and one of j by t in its j - 1.  With v from the
prior, the new shares have the prior of n shares, so that the step costs nothing (the Dirichlet's aggregation).  One
channel has no shares: where k = 1, whether the new ones are free is drawn from the prior as well.  The way back drops
channels, scales the others up, and draws nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from protomodels.channels import Channel
from protomodels.walker.posterior.point import Decay, decay_of
from protomodels.walker.posterior.prior.decays import DecayPrior


def extended(pid: int, decay: Decay, new: Collection[Channel], prior: DecayPrior, rng: np.random.Generator) -> Decay:
    """The decay of a particle with further channels."""
    k, j = len(decay.channels), len(new)
    free = decay.shares is not None if k > 1 else rng.random() < math.exp(prior.log_free(k + j))
    if not free:
        return decay_of(pid, None, (*decay.channels, *new))
    t = float(rng.beta(j * prior.concentration, k * prior.concentration))
    shares = {c: (1.0 - t) * share for c, share in decay.ratios().items()}
    shares.update((c, t * w) for c, w in zip(sorted(new), prior.draw_shares(j, rng), strict=True))
    return decay_of(pid, shares)


def reduced(pid: int, decay: Decay, gone: Collection[Channel]) -> Decay | None:
    """The decay without some channels; None where none is left."""
    kept = tuple(c for c in decay.channels if c not in gone)
    if not kept:
        return None
    ratios = decay.ratios()
    return decay_of(pid, None, kept) if decay.shares is None else decay_of(pid, {c: ratios[c] for c in kept})


def log_density_of_extension(after: Decay, new: Collection[Channel], prior: DecayPrior) -> float:
    """ln of q(u) / |Jacobian| of what :func:`extended` does, from what came out; the way back has minus that."""
    n, j = len(after.channels), len(new)
    k = n - j
    total = 0.0
    if k == 1:
        total = prior.log_equal(n) if after.shares is None else prior.log_free(n)
    if after.shares is None:
        return total
    ratios = after.ratios()
    parts = [ratios[c] for c in new]
    t = math.fsum(parts)
    if not 0.0 < t < 1.0:
        return math.nan  # at the very edge, where rounding has lost a share: neither way is accepted
    a, b = j * prior.concentration, k * prior.concentration
    total += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + (a - 1.0) * math.log(t) + (b - 1.0) * math.log1p(-t)
    total += prior.log_dirichlet([part / t for part in parts])
    return total - (k - 1) * math.log1p(-t) - (j - 1) * math.log(t)

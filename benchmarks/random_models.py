"""Random proto-models for comparisons: 1 to 6 unstable particles of all families, masses that lie on no grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from protomodels.channels import open_channels
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, MULTIPLETS, PARTICLES
from protomodels.xsec import reference_cross_sections

SHARE_CLOSE = 0.2
"""So many particles are put within 15 GeV of another one, where decays are compressed."""


def random_models(seed: int, n: int) -> Iterator[ProtoModel]:
    """``n`` models of one stream."""
    rng = np.random.default_rng(seed)
    found = 0
    while found < n:
        try:
            model = _random_model(rng)
        except ModelError:
            continue  # a stop in the corridor
        if model is not None:
            found += 1
            yield model


def _random_model(rng: np.random.Generator) -> ProtoModel | None:
    masses = {LBP: float(rng.uniform(10.0, 600.0))}
    wanted = int(rng.integers(1, 7))
    pids = [pid for pid in PARTICLES if pid != LBP]
    second = {b: a for a, b in MULTIPLETS}
    while len(masses) <= wanted:
        pid = int(rng.choice(pids))
        if pid in masses or (pid in second and second[pid] not in masses):
            continue
        low = max(PARTICLES[pid].wall, masses[LBP], masses.get(second.get(pid, LBP), 0.0))
        if rng.random() < SHARE_CLOSE:
            near = float(rng.choice(list(masses.values())))
            mass = near + float(rng.uniform(0.5, 15.0))
        else:
            coloured = PARTICLES[pid].wall > 10.0 or PARTICLES[pid].family in ("stop", "sbottom")
            mass = float(rng.uniform(low, low + (1500.0 if coloured else 500.0)))
        if low <= mass <= 2400.0:
            masses[pid] = mass
    for first, other in MULTIPLETS:
        if other in masses and masses[first] > masses[other]:
            masses[first], masses[other] = masses[other], masses[first]
    decays = {}
    for pid in masses:
        channels = open_channels(pid, masses)
        if pid == LBP:
            continue
        if not channels:
            return None
        chosen = [c for c in channels if rng.random() < 0.7] or [channels[0]]
        shares = rng.dirichlet(np.ones(len(chosen)))
        decays[pid] = dict(zip(chosen, shares.tolist(), strict=True))
    pairs, _ = reference_cross_sections(masses, (13.0,))
    kappas = {pair: float(10.0 ** rng.uniform(-1.0, 1.0)) for pair in pairs}
    return ProtoModel(masses, decays, kappas)

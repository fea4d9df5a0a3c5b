"""What tests of moves share: random models, and that a model is what validation makes of it."""

from __future__ import annotations

import json

import numpy as np

from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.walker.moves import Add, MoveContext
from protomodels.walker.moves.add import add_particle


def random_model(rng: np.random.Generator, n: int) -> ProtoModel:
    """An LBP with n random particles."""
    model = ProtoModel({LBP: float(rng.uniform(100, 400))})
    while model.n_particles < n + 1:
        grown = Add().propose(model, MoveContext(0.0, None, False), rng) if model.n_particles == 1 else None
        pids = [p for p in PARTICLES if p not in model.masses and p not in (2000005, 2000006, 1000025, 1000037)]
        grown = grown or add_particle(model, pids[int(rng.integers(len(pids)))], rng, True)
        model = grown or model
    return model


def assert_validated(found: ProtoModel, expected: ProtoModel | None = None) -> None:
    """That a model is, to the last bit and in the order of its parts, what ``ProtoModel(...)`` makes of these parts.

    Parameters
    ----------
    expected: what it should be, besides.
    """
    again = ProtoModel(dict(found.masses), dict(found.decays), dict(found.ssm), found.reference_order)
    for wanted in (again, again if expected is None else expected):
        assert json.dumps(found.as_dict()) == json.dumps(wanted.as_dict())
        assert all(type(getattr(found, part)) is type(getattr(wanted, part)) for part in ("masses", "decays", "ssm"))
    shares = [channels.values() for channels in found.decays.values()]
    numbers = [*found.masses.values(), *found.ssm.values(), *(share for values in shares for share in values)]
    assert {type(number) for number in numbers} == {float}
    assert {type(channels) for channels in found.decays.values()} <= {type(found.masses)}

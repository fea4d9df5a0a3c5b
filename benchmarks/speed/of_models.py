"""Growth with particles, analyses, walkers and universes: the default use, on real results."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.speed.growing import Growth, alone, private_mib, timed
from benchmarks.speed.restricted import drawn, restricted
from benchmarks.speed.uses import Use, late_states
from protomodels.editor import ModelEditor
from protomodels.errors import ModelError, PredictionError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, MULTIPLETS, PARTICLES
from protomodels.scoring.quick import quick_score
from protomodels.scoring.scorer import Scorer
from protomodels.universes import Universe, in_universe
from protomodels.walker.moves.add import add_particle
from protomodels.walker.state import WalkState, bits_of
from protomodels.walker.walk import Walk

PARTICLE_COUNTS: Final = tuple(range(2, 13))
ANALYSIS_COUNTS: Final = (16, 33, 49, 65, 82, 98, 114, 130, 147, 163)
WALKER_COUNTS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
UNIVERSE_COUNTS: Final = (1, 2, 5, 10, 20, 50)
SHIFT: Final = 0.01
"""GeV: the masses of a variant, which ask for new look-ups and no new structure."""
VARIANTS: Final = 5
STEPS: Final = 10
GROUPS: Final = 20


def variants(model: ProtoModel, n: int) -> list[ProtoModel]:
    """The model with all masses a little higher, n times."""
    return [replace(model, masses={p: m + SHIFT * (i + 1) for p, m in model.masses.items()}) for i in range(n)]


def late_models(walk: Walk, walkers: int, every: int) -> list[ProtoModel]:
    """The models of a run after 100 steps."""
    return [state.model for state in late_states(walk, 1, walkers, 100, every).values()]


def with_particles(model: ProtoModel, n: int, rng: np.random.Generator) -> ProtoModel | None:
    """The model with particles added, as the walk adds them, or taken out, until there are n; None where that fails."""
    first = {second: one for one, second in MULTIPLETS}
    for _ in range(100):
        if model.n_particles == n:
            return model
        present = [pid for pid in model.masses if pid != LBP]
        absent = [p for p in PARTICLES if p not in model.masses and first.get(p, p) in (p, *model.masses)]
        try:
            if model.n_particles > n:
                editor = ModelEditor.of(model)
                editor.remove(present[int(rng.integers(len(present)))])
                changed: ProtoModel | None = editor.build()
            else:
                changed = add_particle(model, absent[int(rng.integers(len(absent)))], rng, True)
        except ModelError:
            continue
        model = changed or model
    return None


def particles(use: Use, models: int) -> Growth:
    """An evaluation and a step against the particles of the model."""
    walk = use.walk()
    found = Growth("Particles of the model", "particles")
    rng = np.random.default_rng(1)
    for base in late_models(walk, models, use.exchange):
        for n in PARTICLE_COUNTS:
            model = with_particles(base, n, rng)
            if model is None:
                continue
            try:
                found.add("new content", n, timed(quick_score, walk.scorer, model)[0])
                for other in variants(model, VARIANTS):
                    found.add("new masses", n, timed(quick_score, walk.scorer, other)[0])
                score = quick_score(walk.scorer, model)
            except PredictionError as error:
                found.notes.append(f"{n} particles: {error}")
                continue
            if score is None or score.K is None:
                continue
            top = score.normalised()
            for seed in range(STEPS):
                bits = bits_of(np.random.default_rng(seed))
                state = WalkState(top.model, top.K, top.Z, top.used, 0, top.K, bits)
                found.add("step", n, timed(walk.step, state)[0])
    return found


def analyses(use: Use, subsets: int) -> Growth:
    """A step and an evaluation against the number of analyses, which are drawn."""
    whole = use.predictor()
    walk, names = use.walk(whole), whole.catalog.analyses
    models = late_models(walk, 8, use.exchange)
    found = Growth("Analyses", "analyses")
    rng = np.random.default_rng(2)
    for n in (count for count in ANALYSIS_COUNTS if count <= len(names)):
        for number in range(subsets):
            chosen = drawn(whole, n, rng)
            part = use.walk(restricted(whole, chosen))
            _check(walk.scorer, part.scorer, models[number % len(models)], chosen)
            for model in models:
                quick_score(part.scorer, model)
                for other in variants(model, VARIANTS):
                    found.add("new masses", n, timed(quick_score, part.scorer, other)[0])
            states = late_states(part, number + 1, 4, 60, use.exchange)
            for state in states.values():
                found.add("step", n, timed(part.advance, state, 50)[0] / 50)
    return found


def _check(whole: Scorer, part: Scorer, model: ProtoModel, chosen: Sequence[str]) -> None:
    """The restricted results predict what the whole ones do for these analyses."""
    ours, theirs = part.predictor.predict(model), whole.predictor.predict(model)
    kept = np.isin(theirs.analysis, list(chosen))
    assert np.array_equal(ours.sigma, theirs.sigma[kept])
    assert np.array_equal(ours.analysis, theirs.analysis[kept])


def walkers(use: Use, most: int) -> Growth:
    """A step against the walkers that one process has, in turns of ten steps; and the memory that they take.

    Few walkers are measured in several groups, so that small numbers stand on more than one model.
    """
    walk = use.walk()
    states = late_states(walk, 1, most, 50, use.exchange)
    found = Growth("Walkers in one process", "walkers")
    for n in (count for count in WALKER_COUNTS if count <= most):
        for group in range(max(1, min(GROUPS, most) // n)):
            part = use.walk()
            own = {walker: states[walker] for walker in range(n * group, n * (group + 1))}
            for number in range(2 + max(1, 20 // n)):
                for walker, state in own.items():
                    spent, chunk = timed(part.advance, state, STEPS)
                    if number >= 2:
                        found.add("step", n, spent / STEPS)
                    own[walker] = chunk.state
        found.notes.append(f"{n} walkers: {alone(_memory_of_walkers, use, n):.0f} MiB of the process are its own")
    return found


def _memory_of_walkers(use: Use, n: int) -> float:
    """Private MiB of a process in which n walkers have done fifty steps: with the program and what is remembered."""
    states = late_states(use.walk(), 1, n, 50, use.exchange)
    gc.collect()
    return private_mib() if states else 0.0


def universes(use: Use, most: int) -> Growth:
    """A model in many universes against their number: all share its look-ups."""
    walk = use.walk()
    models = late_models(walk, 8, use.exchange)
    scorers, made = [], []
    for seed in range(most):
        spent, scorer = timed(_in, walk.scorer, seed)
        made.append(spent)
        scorers.append(scorer)
        quick_score(scorer, models[0])
    found = Growth("Universes at once", "universes")
    memory = alone(_memory_of_universes, use, most) - alone(_memory_of_universes, use, 1)
    found.notes.append(f"a universe: made in {np.median(made):.0f} ms, {memory / max(most - 1, 1):.2f} MiB")
    for n in (count for count in UNIVERSE_COUNTS if count <= most):
        for model in models:
            for other in variants(model, n + VARIANTS)[n:]:
                spent = timed(_in_all, scorers[:n], other)[0]
                found.add("a model in all", n, spent)
                found.add("a model in one of them", n, spent / n)
    return found


def _memory_of_universes(use: Use, n: int) -> float:
    """Private MiB of a process with a model in n universes."""
    walk = use.walk()
    model = late_models(walk, 2, use.exchange)[0]
    scorers = [_in(walk.scorer, seed) for seed in range(n)]
    _in_all(scorers, model)
    gc.collect()
    return private_mib()


def _in(scorer: Scorer, seed: int) -> Scorer:
    return replace(scorer, predictor=in_universe(scorer.predictor, Universe(seed)))


def _in_all(scorers: Sequence[Scorer], model: ProtoModel) -> None:
    for scorer in scorers:
        quick_score(scorer, model)

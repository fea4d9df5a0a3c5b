"""Each move proposes valid models, fires as often as it says, and keeps the sigma x BR it does not touch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.channels import open_channels
from protomodels.editor import ModelEditor, same_sections
from protomodels.model import Pair, ProtoModel
from protomodels.particles import LBP
from protomodels.production import cross_sections
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.walker.moves import (
    Add,
    Borrow,
    ChangeBranching,
    ChangeMass,
    ChangeStrength,
    Insert,
    MoveContext,
    Redirect,
    Refine,
    Remove,
    Shift,
    Trade,
    Trim,
    merge_candidates,
)
from protomodels.walker.moves.merge import merged
from protomodels.walker.moves.places import initial_shares, log_uniform
from protomodels.walker.walk import Walk, moves_of
from protomodels.xsec import production_pairs
from tests.walker.models import assert_validated, random_model

CONTEXT = MoveContext(Z=2.0, used=None, fired=False)


LIGHT_SQUARKS = range(1000001, 1000005)


def sigma_br(model: ProtoModel) -> dict[tuple[Pair, tuple[object, object]], float]:
    """sigma x BR (fb, 13 TeV) of each pair and pair of channels."""
    sections = cross_sections(model, (13.0,))
    out = {}
    for pair, sigma in zip(sections.pairs, sections.sigma[:, 0].tolist(), strict=True):
        first, second = (model.decays.get(abs(p), {None: 1.0}) for p in pair)
        for a, x in first.items():
            for b, y in second.items():
                out[pair, (a, b)] = sigma * x * y
    return out


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_chains_of_all_moves_stay_valid(seed: int) -> None:
    """Moves build their models on trust: each must be what the validation would make of it."""
    rng = np.random.default_rng(seed)
    for name in ("paper", "default"):
        model, others = random_model(rng, 2), [random_model(rng, 4), random_model(rng, 3)]
        for _ in range(15):
            for move in moves_of(policy(name)):
                used = frozenset(p for p in model.masses if rng.random() < 0.7) or None
                changed = move.propose(model, MoveContext(float(rng.uniform(0, 4)), used, False), rng)
                if changed is not None:
                    assert_validated(changed)
                    assert changed.n_particles >= 2
                    assert set(changed.ssm) == set(production_pairs(changed.masses))
                    model = changed
            inserted, _ = Insert(tries=5).propose(model, rng)
            redirected, _ = Redirect().propose(model, rng)
            borrowed, _ = Borrow().propose(model, others, rng)
            shifted = [*Shift().propose(model, rng), *Trade().propose(model, rng)]
            for small in (Refine().change(model, rng), *shifted, *inserted, *redirected, *borrowed):
                if small is not None:
                    assert_validated(small)
            for candidate in merge_candidates(model):
                assert_validated(candidate)
                assert candidate.n_particles == model.n_particles - 1


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_removing_a_particle_keeps_the_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = random_model(rng, 3)
    gone = model.unstable[int(rng.integers(len(model.unstable)))]
    editor = ModelEditor.of(model)
    editor.remove(gone)
    if LBP in editor.masses and len(editor.masses) == model.n_particles - 1 and gone not in editor.masses:
        left = editor.build()
        before, after = sigma_br(model), sigma_br(left)
        mothers = {p for p, channels in model.decays.items() if any(c[0] == gone for c in channels)}
        for key, value in after.items():
            if any(sum(r for c, r in model.decays[p].items() if c[0] != gone) == 0.0 for p in mothers - {gone}):
                continue  # it had no other channel: it begins anew
            if gone in LIGHT_SQUARKS and 1000021 in key[0] and max(key[0]) > 1000021:
                continue  # X_g X_Z and X_g X_W are produced through the squark
            assert value == pytest.approx(before[key], rel=1e-9)


def test_removing_the_lighter_of_a_multiplet_promotes_the_heavier() -> None:
    masses = {LBP: 100.0, 1000006: 600.0, 2000006: 900.0}
    decays = {1000006: {(LBP, 6): 1.0}, 2000006: {(LBP, 6): 0.75, (1000006, 23): 0.25}}
    editor = ModelEditor.of(ProtoModel(masses, decays, {(-2000006, 2000006): 1.6}))
    editor.remove(1000006)
    left = editor.build()
    assert left.masses == {LBP: 100.0, 1000006: 900.0} and left.decays[1000006] == {(LBP, 6): 1.0}
    assert left.kappa((-1000006, 1000006)) == pytest.approx(1.6 * 0.75**2)


def test_trim_drops_what_does_not_contribute(simple: ProtoModel) -> None:
    rng = np.random.default_rng(0)
    trimmed = Trim().propose(simple, MoveContext(2.0, frozenset({1000006, LBP}), False), rng)
    assert trimmed is not None and set(trimmed.masses) == {LBP, 1000006}
    assert Trim().propose(simple, MoveContext(2.0, frozenset({1000006, 1000001}), False), rng) is None
    assert Trim().propose(simple, CONTEXT, rng) is None


def test_add_fires_as_often_as_the_table_says(simple: ProtoModel) -> None:
    """u ~ Norm(1 - 0.7 / 3, 0.5) >= 3/20 at Z = 2; 4 sigma of 3,000 trials."""
    rng = np.random.default_rng(1)
    fired = np.mean([Add().propose(simple, CONTEXT, rng) is not None for _ in range(3000)])
    wanted = 1.0 - _phi((0.15 - (1 - 0.7 / 3)) / 0.5)
    assert abs(fired - wanted) < 4 * math.sqrt(wanted * (1 - wanted) / 3000)
    alone = ProtoModel({LBP: 300.0})
    assert all(Add().propose(alone, CONTEXT, rng) is not None for _ in range(50))


def test_remove_fires_as_often_as_the_table_says(simple: ProtoModel) -> None:
    """u ~ Norm(0.4 / 3, 0.5) <= 3/20 at Z = 2; never with two particles."""
    rng = np.random.default_rng(2)
    fired = np.mean([Remove().propose(simple, CONTEXT, rng) is not None for _ in range(3000)])
    wanted = _phi((0.15 - 0.4 / 3) / 0.5)
    assert abs(fired - wanted) < 4 * math.sqrt(wanted * (1 - wanted) / 3000)
    two = ProtoModel({LBP: 200.0, 1000001: 700.0}, {1000001: {(LBP, 1): 1.0}})
    assert all(Remove().propose(two, CONTEXT, rng) is None for _ in range(200))


def test_branching_needs_two_channels_and_moves_by_dx() -> None:
    rng = np.random.default_rng(3)
    one = ProtoModel({LBP: 200.0, 1000001: 700.0}, {1000001: {(LBP, 1): 1.0}})
    assert all(ChangeBranching().propose(one, CONTEXT, rng) is None for _ in range(100))
    masses = {LBP: 100.0, 1000024: 300.0, 1000006: 900.0}
    model = ProtoModel(masses, {1000024: {(LBP, 24): 1.0}, 1000006: {(LBP, 6): 0.5, (1000024, 5): 0.5}})
    found = [ChangeBranching().propose(model, CONTEXT, rng) for _ in range(4000)]
    changed = [m.decays[1000006] for m in found if m is not None]
    assert abs(len(changed) / 4000 - 0.2) < 4 * math.sqrt(0.16 / 4000)
    full = np.mean([len(d) == 1 for d in changed])
    assert abs(full - (0.05 + 0.95 * 2 * 0.05 * 0.95 + 0.95 * 0.05**2)) < 4 * math.sqrt(0.14 * 0.86 / len(changed))
    shares = [d[LBP, 6] for d in changed if len(d) == 2]
    dx = 0.1 / math.sqrt(2)
    assert min(shares) >= (0.5 - dx) / (1.0) - 1e-9 - 0.04 and max(shares) <= 0.5 + dx + 0.04


def test_symmetric_strength_has_no_drift_and_the_paper_one_has() -> None:
    """Mean change of kappa = 1 in 20,000 proposals: 0 within 4 sigma, and +0.1."""
    rng = np.random.default_rng(4)
    for symmetric, drift in ((True, 0.0), (False, 0.1)):
        move = ChangeStrength(symmetric)
        change = np.array([move.one_pair(1.0, rng) - 1.0 for _ in range(20_000)])
        assert abs(change.mean() - drift) < 4 * change.std() / math.sqrt(len(change))
    assert min(ChangeStrength(True).one_pair(0.0, rng) for _ in range(100)) >= 0.0


def test_strength_changes_only_kappas(simple: ProtoModel) -> None:
    rng = np.random.default_rng(5)
    found = [ChangeStrength(True).propose(simple, CONTEXT, rng) for _ in range(2000)]
    changed = [m for m in found if m is not None]
    assert abs(len(changed) / 2000 - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 2000)
    assert all(m.masses == simple.masses and m.decays == simple.decays for m in changed)


def test_mass_always_fires_when_nothing_else_did(simple: ProtoModel) -> None:
    rng = np.random.default_rng(6)
    for _ in range(200):
        moved = ChangeMass().propose(simple, CONTEXT, rng)
        assert moved is not None
        shifts = [abs(moved.masses[p] - simple.masses[p]) for p in moved.masses if p in simple.masses]
        assert sum(s > 0 for s in shifts) == 1 and max(shifts) <= 200.0
    fired = MoveContext(2.0, None, fired=True)
    rate = np.mean([ChangeMass().propose(simple, fired, rng) is not None for _ in range(3000)])
    assert abs(rate - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 3000)


def test_initial_shares_are_branching_ratios() -> None:
    rng = np.random.default_rng(7)
    channels = open_channels(1000006, {LBP: 100.0, 1000006: 900.0, 1000024: 300.0, 1000023: 300.0})
    for _ in range(200):
        shares = initial_shares(channels, rng)
        assert math.isclose(sum(shares.values()), 1.0) and set(shares) <= set(channels)


def test_merging_sums_cross_sections_and_averages_masses() -> None:
    masses = {LBP: 100.0, 1000001: 700.0, 1000004: 800.0}
    decays = {1000001: {(LBP, 1): 1.0}, 1000004: {(LBP, 4): 1.0}}
    model = ProtoModel(masses, decays, {(-1000001, 1000001): 0.5, (-1000004, 1000004): 0.8})
    one = merged(model, 1000001, 1000004)
    assert one.masses == {LBP: 100.0, 1000001: 750.0} and one.decays[1000001] == {(LBP, 1): 1.0}

    def total(m: ProtoModel) -> float:
        return float(cross_sections(m, (13.0,)).sigma.sum())

    assert total(one) == pytest.approx(total(model), rel=1e-9)


def test_merging_weights_branching_ratios_with_cross_sections() -> None:
    masses = {LBP: 100.0, 1000006: 800.0, 2000006: 850.0, 1000024: 300.0}
    decays = {1000024: {(LBP, 24): 1.0}, 1000006: {(LBP, 6): 1.0}, 2000006: {(1000024, 5): 1.0}}
    model = ProtoModel(masses, decays)
    one = merged(model, 1000006, 2000006)
    sigma = dict(zip(*(lambda s: (s.pairs, s.sigma[:, 0].tolist()))(cross_sections(model, (13.0,))), strict=True))
    light, heavy = sigma[-1000006, 1000006], sigma[-2000006, 2000006]
    assert one.decays[1000006][LBP, 6] == pytest.approx(light / (light + heavy))
    assert not list(merge_candidates(ProtoModel({**masses, 2000006: 1001.0}, decays)))


@pytest.mark.parametrize(("second", "n"), [(285.0, 0), (330.0, 1)])
def test_stops_are_not_merged_into_the_corridor(second: float, n: int) -> None:
    """m(X_Z1) = 90: 235 and 285 GeV may be, their mean may not; that of 235 and 330 GeV lies above 280 GeV."""
    masses = {LBP: 90.0, 1000024: 100.0, 1000006: 235.0, 2000006: second}
    decays = {1000024: {(LBP, 24): 1.0}, 1000006: {(1000024, 5): 1.0}, 2000006: {(1000024, 5): 1.0}}
    found = list(merge_candidates(ProtoModel(masses, decays)))
    assert [candidate.masses for candidate in found] == [{LBP: 90.0, 1000024: 100.0, 1000006: 282.5}] * n


def test_walks_on_trust_are_those_that_validate_every_model(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    def chains() -> list[tuple[str, str]]:
        found = []
        for name in ("paper", "default"):
            walk = Walk(replace(scorer, policy=policy(name)))
            state = walk.start(3, 0)
            for _ in range(60):
                state, *_ = walk.step(state)
                found.append(state.to_json())
        return found

    trusting = chains()
    built = []

    def validated(*parts: Any) -> ProtoModel:
        built.append(ProtoModel(*parts))
        return built[-1]

    for module in ("changes", "editor", "production"):
        monkeypatch.setattr(f"protomodels.{module}.trusted", validated)
    assert chains() == trusting and len(built) > 100


def _phi(x: float) -> float:
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_refine_changes_little(seed: int) -> None:
    """One mass, or kappas; where the mass moves with its cross sections these stay as they were."""
    rng = np.random.default_rng(seed)
    model = random_model(rng, 2)
    changed = Refine().change(model, rng)
    if changed is not None:
        assert changed.masses.keys() == model.masses.keys()
        moved = [pid for pid in model.masses if changed.masses[pid] != model.masses[pid]]
        assert len(moved) <= 1 and (moved or changed.ssm != model.ssm or changed.decays == model.decays)
        if moved and moved != [LBP]:
            fixed = same_sections(model, changed, moved[0])
            before, after = cross_sections(model, (13.0,)), cross_sections(fixed, (13.0,))
            # others may change too: X_g X_Z is produced through squarks
            own = [moved[0] in (abs(a), abs(b)) for a, b in after.pairs]
            kept = np.array(own) & (after.reference[:, 0] > 0.0)
            np.testing.assert_allclose(after.sigma[kept], before.sigma[kept], rtol=1e-9)


def test_refine_draws_widths_evenly_in_the_logarithm() -> None:
    """A fifth of the decades between 2 and 150 GeV each; a correct draw fails once in 10^6 such tests."""
    rng = np.random.default_rng(3)
    drawn = np.log([log_uniform(2.0, 150.0, rng) for _ in range(5000)])
    counts, _ = np.histogram(drawn, 5, (np.log(2.0), np.log(150.0)))
    assert counts.sum() == 5000 and ((counts - 1000.0) ** 2 / 1000.0).sum() < 33.4


def test_refined_walks_never_step_down_by_a_small_change(scorer: Scorer) -> None:
    walk = Walk(scorer)
    assert scorer.policy.search == "refined"
    state, refined = walk.start(5, 0), 0
    for _ in range(200):
        before = state.K
        state, step = walk.step(state)
        if step.move in ("refine", "climb"):
            refined += 1
            assert before is not None and state.K is not None and state.K >= before - 1e-9
    assert 60 < refined < 160

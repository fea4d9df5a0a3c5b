"""The parts of the refined search: new particles, shifts, the climb, and the rules of when."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from protomodels.changes import with_mass
from protomodels.model import ProtoModel
from protomodels.particles import LBP, any_in_corridor, mass_interval
from protomodels.prior import Parsimony
from protomodels.production import cross_sections
from protomodels.scoring.quick import QuickScore
from protomodels.walker.climb import ROUGH, SMALLEST, Scoring, climb, settle
from protomodels.walker.directions import MASS_STEP, directions_of
from protomodels.walker.moves import Begin, Borrow, Insert, Redirect, Shift
from protomodels.walker.refined import CLIMB_EVERY, CLOSE, Refined
from protomodels.walker.state import Peak, WalkState, bits_of
from tests.walker.models import assert_validated, random_model

X_D, X_T1, X_G = 1000001, 1000006, 1000021
MODEL = ProtoModel({LBP: 200.0, X_D: 700.0, X_T1: 800.0}, {X_D: {(LBP, 1): 1.0}, X_T1: {(LBP, 6): 1.0}})


def test_a_new_particle_is_tried_at_many_places_in_one_content() -> None:
    rng, move, replaced, shares = np.random.default_rng(1), Insert(), 0, 0
    for _ in range(100):
        model = random_model(rng, 3)
        found, pid = move.propose(model, rng)
        assert len(found) <= move.tries
        if not found or pid is None:
            continue
        (content,) = {frozenset(one.masses) for one in found}
        fresh = content - model.masses.keys()
        assert pid in content and len(fresh) <= 1  # none: it took its own place
        replaced += len(content) <= len(model.masses)
        shares += len({tuple(one.decays[pid].items()) for one in found}) > 1
        for one in found:
            assert_validated(one)
            low, high = mass_interval(pid, {p: m for p, m in one.masses.items() if p != pid})
            assert low <= one.masses[pid] <= high and not any_in_corridor(one.masses)
    assert replaced > 10 and shares > 20


def test_a_first_model_is_of_one_kind_tried_at_many_masses() -> None:
    rng, through, kinds = np.random.default_rng(4), 0, set()
    for _ in range(100):
        found, pid = Begin().propose(rng)
        (content,) = {frozenset(one.masses) for one in found}
        through += len(content) == 3
        kinds.add(pid)
        assert len({tuple((p, *d) for p, d in one.decays.items()) for one in found}) == 1
        assert {LBP, pid} <= content and len(content) <= 3
        lightest = {one.masses[LBP] for one in found}
        assert len(lightest) == len(found) and 20.0 <= min(lightest) and max(lightest) <= 700.0
        for one in found:
            assert_validated(one)
    assert 18 < through < 50 and len(kinds) > 12


def test_a_borrowed_particle_comes_with_what_it_decays_into_and_its_strength() -> None:
    """X_g -> d X_d from a model whose X_Z1 is 100 GeV lighter: as it is there, and with the same gaps."""
    other = ProtoModel(
        {LBP: 100.0, X_D: 500.0, X_G: 900.0}, {X_D: {(LBP, 1): 1.0}, X_G: {(X_D, 1): 1.0}}, {(X_G, X_G): 0.3}
    )
    model = ProtoModel({LBP: 200.0, X_T1: 800.0}, {X_T1: {(LBP, 6): 1.0}}, {(-X_T1, X_T1): 0.7})
    rng = np.random.default_rng(2)
    every = [Borrow().propose(model, [other], rng) for _ in range(20)]
    assert {pid for _, pid in every} == {X_D, X_G} and all(len(models) == 2 for models, _ in every)
    found = [m for models, pid in every for m in models if pid == X_G]
    assert {(m.masses[X_D], m.masses[X_G]) for m in found} == {(500.0, 900.0), (600.0, 1000.0)}
    for one in found:
        assert_validated(one)
        assert one.masses[X_T1] == 800.0 and one.decays[X_G] == {(X_D, 1): 1.0}
        assert (one.kappa((X_G, X_G)), one.kappa((-X_T1, X_T1))) == (0.3, 0.7)
    assert Borrow().propose(model, [], np.random.default_rng(1)) == ([], None)


def test_other_decays_change_one_particle() -> None:
    rng, move = np.random.default_rng(6), Redirect()
    model = ProtoModel({LBP: 200.0, X_D: 700.0, X_G: 900.0}, {X_D: {(LBP, 1): 1.0}, X_G: {(LBP, 6, 6): 1.0}})
    seen = set()
    for _ in range(20):
        found, pid = move.propose(model, rng)
        assert (pid == X_G and len(found) == move.tries) or (found, pid) == ([], None)  # X_d has one channel
        for one in found:
            assert one.masses == model.masses and one.decays[X_D] == model.decays[X_D]
            seen |= one.decays[X_G].keys()
    assert seen >= {(LBP, 1, 1), (LBP, 5, 5), (LBP, 6, 6), (X_D, 1)}


def test_shift_moves_all_by_one_amount_and_keeps_sections_or_kappas() -> None:
    rng, kept = np.random.default_rng(3), {True: 0, False: 0}
    move = Shift(stretch=0.0, tries=1)
    for moved in [one for _ in range(200) for one in move.propose(MODEL, rng)]:
        assert moved.masses.keys() == MODEL.masses.keys()
        steps = [moved.masses[p] - m for p, m in MODEL.masses.items() if moved.masses[p] != m]
        assert len(steps) >= 2 and np.ptp(steps) < 1e-9
        own = next(p for p in (X_D, X_T1) if moved.masses[p] != MODEL.masses[p])
        before, after = cross_sections(MODEL), cross_sections(moved)
        row = before.pairs.index((-own, own))
        same_kappa = moved.kappa((-own, own)) == 1.0
        same_section = math.isclose(before.sigma[row, -1], after.sigma[row, -1], rel_tol=1e-6)
        assert same_kappa != same_section
        kept[same_section] += 1
    assert min(kept.values()) > 20


def smooth(top: dict[int, float], lost: float = 1.0) -> Scoring:
    """A score with its maximum at these masses; each particle that is missing costs ``lost``."""
    sections = cross_sections(MODEL)  # which nothing here depends on

    def score(model: ProtoModel, floor: float) -> QuickScore | None:
        K = 10.0 - sum(((model.masses[p] - m) / 50.0) ** 2 if p in model.masses else lost for p, m in top.items())
        counts = Parsimony(model.n_particles, 0, 0.0)
        return QuickScore(model, sections, counts, K, 0.0, 1.0, 1.0, frozenset())

    return score


def test_the_climb_ends_at_the_top_within_its_smallest_step() -> None:
    top = {LBP: 173.3, X_D: 751.1, X_T1: 822.7}
    score = smooth(top)
    start = score(MODEL, -math.inf)
    assert start is not None
    found, again = climb(score, start), climb(score, start)
    assert found.model == again.model and found.K is not None and start.K is not None and found.K > start.K
    assert found.model.masses.keys() == MODEL.masses.keys()
    for pid, mass in top.items():
        assert abs(found.model.masses[pid] - mass) <= 2.0 * SMALLEST * MASS_STEP


def test_the_climb_loses_a_particle_only_where_k_rises() -> None:
    top = {LBP: 200.0, X_D: 700.0, X_T1: 800.0}
    for lost, kept in ((1.0, 3), (-1.0, 2)):
        score = smooth(top, lost)
        start = score(MODEL, -math.inf)
        assert start is not None and climb(score, start).model.n_particles == kept


def test_no_share_goes_to_a_channel_that_a_mass_has_closed() -> None:
    """X_g -> t t X_Z1 is open at first; the way to its top in mass closes it."""
    model = ProtoModel({LBP: 200.0, X_G: 600.0}, {X_G: {(LBP, 1, 1): 0.5, (LBP, 6, 6): 0.5}})
    ways = directions_of(model, X_G)
    light = with_mass(model, X_G, 400.0)
    moved = [one for way in ways for step in (-1.0, 1.0) if (one := way.move(light, step)) is not None]
    assert moved
    for one in moved:
        assert_validated(one)


def test_a_climb_that_is_not_worth_it_stays_rough() -> None:
    top, counted = {LBP: 173.3, X_D: 751.1, X_T1: 822.7}, [0]
    score = smooth(top)

    def counting(model: ProtoModel, floor: float) -> QuickScore | None:
        counted[0] += 1
        return score(model, floor)

    start = score(MODEL, -math.inf)
    assert start is not None
    fine = climb(counting, start)
    n_fine, counted[0] = counted[0], 0
    rough = climb(counting, start, worth=math.inf)
    assert counted[0] < n_fine and climb(score, start, worth=9.0) == fine
    assert start.K is not None and rough.K is not None and fine.K is not None and start.K < rough.K < fine.K
    for pid, mass in top.items():
        assert abs(rough.model.masses[pid] - mass) <= 2.0 * ROUGH * MASS_STEP


def test_a_climb_to_what_may_not_be_kept_goes_another_way() -> None:
    """The top is at X_d 751 GeV, and nothing above 730 GeV may be kept: by the climb and where one particle settles."""
    top = {LBP: 173.3, X_D: 751.1, X_T1: 822.7}
    score = smooth(top)
    start = score(MODEL, -math.inf)
    assert start is not None and start.K is not None
    asked: list[float] = []

    def keeps(found: QuickScore) -> bool:
        asked.append(found.model.masses[X_D])
        return found.model.masses[X_D] <= 730.0

    for found in (climb(score, start, keeps=keeps), settle(score, start, X_D, keeps=keeps)):
        assert (
            730.0 - 2.0 * ROUGH * MASS_STEP <= found.model.masses[X_D] <= 730.0
            and found.K is not None
            and found.K > start.K
        )
    assert asked[0] > 740.0
    asked.clear()
    climb(score, start, keeps=lambda found: asked.append(1.0) is None)
    assert len(asked) == 1, "where the first way is good, only its end is looked at"


def test_one_particle_settles_in_and_the_others_stay() -> None:
    top = {LBP: 173.3, X_D: 751.1, X_T1: 822.7}
    score = smooth(top)
    start = score(MODEL, -math.inf)
    assert start is not None
    found = settle(score, start, X_D).model.masses
    assert abs(found[X_D] - top[X_D]) <= 2.0 * ROUGH * MASS_STEP
    assert all(found[pid] == MODEL.masses[pid] for pid in (LBP, X_T1))


def state(K: float | None, top: float | None = None, **values: object) -> WalkState:
    """A state before a step that may climb; ``top``: K of the best polished model."""
    peak = None if top is None else Peak(MODEL, top, 1.0, None)
    begin = WalkState(MODEL, K, 1.0, frozenset({X_D}), CLIMB_EVERY - 1, K, bits_of(np.random.default_rng(4)))
    return replace(begin, peak=peak, **values)  # type: ignore[arg-type]


def test_a_model_is_polished_at_fixed_steps_once_and_where_it_is_close_to_the_best() -> None:
    rule = Refined()
    assert rule.climbs(state(5.0)) and not rule.climbs(state(None)) and not rule.climbs(state(5.0, climbed=5.0))
    assert not rule.climbs(state(5.0, step=CLIMB_EVERY)) and not rule.climbs(state(5.0, top=5.0 + 1.01 * CLOSE))
    assert rule.climbs(state(5.0, top=5.0 + 0.99 * CLOSE))


def test_a_state_comes_back_from_its_text_with_what_was_polished() -> None:
    met = (Peak(MODEL, 1.25, 0.5, frozenset({X_D})), Peak(MODEL, 2.5, 1.5, None))
    for one in (state(5.123456789012345, top=6.5, climbed=5.1), state(None, used=None, met=met)):
        again = WalkState.from_json(*one.to_json())
        assert again == one and again.to_json() == one.to_json()


def test_kinds_of_proposals_have_their_shares() -> None:
    """5 sigma of 2,000 proposals: less than two false alarms in a million tests."""
    rule, rng, n = Refined(), np.random.default_rng(8), 2000
    at = state(5.0, met=(Peak(MODEL, 4.0, 1.0, None),))
    names = [None if (found := rule.propose(at, rng)) is None else found.name for _ in range(n)]
    for name in ("refine", "shift", "redirect", "insert", "chain", "borrow"):
        share = getattr(rule, {"refine": "small"}.get(name, name))
        assert abs(names.count(name) - n * share) < 5.0 * math.sqrt(n * share * (1.0 - share))

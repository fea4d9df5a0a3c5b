"""Decay chains: which there are, their compression, which results they match, what a structure knows of them."""

from __future__ import annotations

from itertools import combinations_with_replacement, pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protomodels.errors import PredictionError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, particle_mask
from protomodels.predictor.numeric.arrays import NOTHING, TOPOLOGY, UNKNOWN
from protomodels.predictor.structures import structure as structure_module
from protomodels.predictor.structures.chains import (
    Chain,
    Legs,
    chains_from,
    closure,
    soft_legs,
    without_invisible,
    without_soft,
)
from protomodels.predictor.structures.compression import Compression
from protomodels.predictor.structures.gaps import Gaps, gaps_between
from protomodels.predictor.structures.matching import Match, Matcher, _assignable
from protomodels.predictor.structures.recipe import recipe_of
from protomodels.predictor.structures.structure import Structure, TooManyChainsError
from protomodels.production import cross_sections

JET, BOTTOM, BOSON, NEUTRINO, LEPTON = range(5)
SQUARK, SBOTTOM, SNEUTRINO, SLEPTON, W1, Z2 = 1000001, 1000005, 1000012, 1000011, 1000024, 1000023
END = (LBP, ())
GAP = 10.0


def _masses(gaps: dict[int, float]) -> dict[int, float]:
    """GeV by pid, from distances from an LBP of 100 GeV."""
    return {LBP: 100.0} | {pid: 100.0 + gap for pid, gap in gaps.items()}


def compressed(legs: Legs, masses: dict[int, float]) -> list[Legs]:
    """A pair of chains and all that compression makes of it, by the chains themselves."""
    return closure(legs, lambda *both: soft_legs(both, masses, GAP), lambda chain: without_invisible(chain, NEUTRINO))


def test_all_chains_down_to_the_lbp_and_those_that_are_kept() -> None:
    decays = {SQUARK: [(0, LBP, (JET,)), (1, W1, (JET,))], W1: [(2, LBP, (BOSON,)), (3, -SLEPTON, (NEUTRINO,))]}
    decays[-SLEPTON] = [(4, LBP, (LEPTON,))]
    found = dict(chains_from(SQUARK, decays))
    assert found == {
        (0,): ((SQUARK, (JET,)), END),
        (1, 2): ((SQUARK, (JET,)), (W1, (BOSON,)), END),
        (1, 3, 4): ((SQUARK, (JET,)), (W1, (NEUTRINO,)), (-SLEPTON, (LEPTON,)), END),
    }
    assert list(found) == sorted(found)
    kept = chains_from(SQUARK, decays, lambda used: {(0,): True, (1,): True, (1, 2): True, (1, 3): False}[used])
    assert [used for used, _ in kept] == [(0,), (1, 2)], "(1, 3, 4) is not asked for"
    assert list(chains_from(LBP, decays)) == [((), (END,))]


def test_soft_decays_are_left_out() -> None:
    chain: Chain = ((SQUARK, (JET,)), (W1, (BOSON,)), END)
    cases = [  # mass of both above the LBP, which decays stay, the largest gap that went
        (300.0, 9.99, (SQUARK,), 9.99), (300.0, 10.0, (SQUARK, W1), -1.0), (34.0, 30.0, (W1,), 4.0),
        (12.0, 7.0, (), 7.0), (9.0, 2.0, (), 7.0), (300.0, 0.0, (SQUARK,), 0.0),
    ]  # fmt: skip
    for squark, w, kept, largest in cases:
        masses = _masses({SQUARK: squark, W1: w})
        short, gap = without_soft(chain, masses, GAP)
        assert short == (*(vertex for vertex in chain if vertex[0] in kept), END)
        assert gap == pytest.approx(largest)
        assert without_soft(tuple((-pid, sm) for pid, sm in chain), masses, GAP)[1] == gap, "antiparticles too"


def test_invisible_decays_at_the_end_are_cut_off() -> None:
    seen = ((SLEPTON, (LEPTON,)), END)
    assert without_invisible(seen, NEUTRINO) == seen
    sneutrino = ((SNEUTRINO, (NEUTRINO,)), END)
    assert without_invisible(sneutrino, NEUTRINO) == ((SNEUTRINO, None),)
    long = ((W1, (LEPTON,)), (Z2, (NEUTRINO, NEUTRINO)), *sneutrino)
    assert without_invisible(long, NEUTRINO) == ((W1, (LEPTON,)), (Z2, None))
    middle = ((Z2, (NEUTRINO,)), *seen)
    assert without_invisible(middle, NEUTRINO) == middle
    assert without_invisible((END,), NEUTRINO) == (END,)


def test_a_soft_and_an_invisible_decay_give_each_combination_once() -> None:
    leg = ((SQUARK, (JET,)), (Z2, (JET, JET)), (SNEUTRINO, (NEUTRINO,)), END)
    masses = _masses({SQUARK: 300.0, Z2: 55.0, SNEUTRINO: 50.0})
    soft, cut, both = (leg[0], *leg[2:]), (*leg[:2], (SNEUTRINO, None)), (leg[0], (SNEUTRINO, None))
    found = compressed((leg, leg), masses)
    assert found[0] == (leg, leg) and len(found) == 4
    assert set(found) == {(chain, chain) for chain in (leg, soft, cut, both)}
    assert compressed((leg, leg), {**masses, Z2: 170.0}) == [(leg, leg), (cut, cut)]
    assert compressed((leg[:1] + leg[3:],) * 2, masses) == [(leg[:1] + leg[3:],) * 2]


LEGS = (((SQUARK, (JET,)), END), ((SBOTTOM, (BOTTOM,)), END))


def test_a_pair_never_becomes_nothing_but_missing_energy() -> None:
    """The largest gap stays, and with it those within 0.1% of it."""
    first_stays, second_stays = [(LEGS[0], (END,))], [((END,), LEGS[1])]
    cases: dict[tuple[float, float], list[Any]] = {(5.0, 8.0): second_stays}
    cases |= {(8.0, 5.0): first_stays, (50.0, 8.0): first_stays}
    for first, second in [*cases, (8.0, 8.0), (8.0, 7.995), (50.0, 80.0)]:
        found = compressed(LEGS, _masses({SQUARK: first, SBOTTOM: second}))
        assert found == [LEGS, *cases.get((first, second), [])]


def test_equal_keys_give_equal_compression() -> None:
    """A structure is remembered by its key, so nothing else may decide what is compressed."""
    seen: dict[object, object] = {}
    for gap in (5.0, 7.0, 7.991, 7.993, 8.0, 8.004, 8.009, 9.0, 9.999, 10.0, 11.0):
        masses = {LBP: 400.0, SQUARK: 408.0, SBOTTOM: 400.0 + gap}
        model = ProtoModel(masses, {SQUARK: {(LBP, 1): 1.0}, SBOTTOM: {(LBP, 5): 1.0}})
        key = recipe_of(model, cross_sections(model)).key
        short = compressed(LEGS, masses)
        assert seen.setdefault(key, short) == short, f"a gap of {gap} GeV beside one of 8 GeV"


def _matcher() -> Matcher:
    chain = [["anyBSM", ["jet"]], ["MET", []]]
    bottoms = [["anyBSM", ["b"]], ["MET", []]]
    two = [["anyBSM", ["any", "b"]], ["MET", []]]
    return Matcher({
        "kinds": {str(LBP): 1, "1000001": 2, "-1000001": 3, "1000005": 2, "-1000005": 3, str(Z2): 1, str(SNEUTRINO): 4},
        "standard_codes": {"1": JET, "-1": JET, "2": JET, "5": BOTTOM, "-5": BOTTOM, "23": BOSON, "12": NEUTRINO},
        "kind_matches": {"anyBSM": [0, 1, 2, 3, 4], "MET": [0, 1], "squark": [2]},
        "standard_matches": {"jet": [JET], "b": [BOTTOM], "any": [JET, BOTTOM, BOSON]},
        "chains": [
            [chain, chain], [chain, bottoms], [two, two], [[["MET", []]], chain],
            [[["squark", ["jet"]], ["MET", []]], chain],
        ],
    })  # fmt: skip


def test_both_orders_of_the_legs() -> None:
    matcher = _matcher()
    jet, b = (matcher.symbol(((pid, (sm,)), END)) for pid, sm in ((-SQUARK, JET), (-SBOTTOM, BOTTOM)))
    assert matcher.matches(jet, jet) == (Match(0, True, True),)
    assert matcher.matches(jet, b) == (Match(1, True, False),) and matcher.matches(b, jet) == (Match(1, False, True),)
    assert matcher.matches(b, b) == ()
    squark = matcher.symbol(((SQUARK, (JET,)), END))
    assert matcher.matches(squark, jet) == (Match(0, True, True), Match(4, True, False))
    assert matcher.matches(jet, squark) == (Match(0, True, True), Match(4, False, True))
    met = [matcher.symbol(chain) for chain in ((END,), ((SNEUTRINO, None),))]
    assert [matcher.matches(first, jet) for first in met] == [(Match(3, True, False),)] * 2
    assert matcher.matches(matcher.symbol(((Z2, (JET,)), (SNEUTRINO, None))), jet) == (Match(0, True, True),)
    assert matcher.matches(matcher.symbol(((Z2, (JET,)), (SNEUTRINO, ()))), jet) == (), "not missing energy"


def test_particles_of_a_decay_match_as_multisets() -> None:
    matcher = _matcher()
    for codes, fits in {(BOTTOM, JET): 1, (JET, BOTTOM): 1, (BOTTOM,) * 2: 1, (JET, JET): 0, (BOTTOM,): 0}.items():
        symbol = matcher.symbol(((SQUARK, codes), END))
        assert [match.topology for match in matcher.matches(symbol, symbol)] == [2] * fits


@settings(deadline=None, derandomize=True)
@given(st.lists(st.frozensets(st.integers(0, 3)), max_size=4), st.lists(st.integers(0, 3), max_size=4))
def test_assignment_is_that_of_all_permutations(wanted: list[frozenset[int]], codes: list[int]) -> None:
    every = (all(map(frozenset.__contains__, wanted, order)) for order in permutations(codes))
    assert _assignable(tuple(wanted), tuple(codes)) == (len(wanted) == len(codes) and any(every))


def _structure(**options: Any) -> Structure:
    decays = {SQUARK: [(0, (LBP, 1)), (1, (Z2, 1))], SBOTTOM: [(2, (LBP, 5))], Z2: [(3, (LBP, 23))]}
    masses, roots = _masses({SQUARK: 500.0, SBOTTOM: 400.0, Z2: 5.0}), [-SBOTTOM, -SQUARK, SQUARK, SBOTTOM]
    return Structure(decays, masses, roots, _matcher(), **options)


def test_a_structure_learns_pairs() -> None:
    made = _structure()
    classes = {made._examples[c]: c for c in made.arrays.chains[:, 0]}
    jet, anti, b = (classes[(pid, (sm,)), END] for pid, sm in ((SQUARK, JET), (-SQUARK, JET), (-SBOTTOM, BOTTOM)))
    soft = classes[(SQUARK, (JET,)), (Z2, (BOSON,)), END]
    assert np.all(made.arrays.numbers == UNKNOWN)
    made.learn(np.array([[jet, anti], [anti, soft], [b, b], [b, jet], [jet, b]]))
    s = made.arrays
    assert np.array_equal(s.numbers, s.numbers.T)
    assert s.numbers[b, b] == NOTHING and s.numbers[jet, jet] == UNKNOWN
    pairs = [s.rank[s.numbers[pair]] for pair in ((jet, anti), (soft, anti), (jet, b))]
    assert sorted(pairs) == [0, 1, 2]
    first = s.origins[:, 0]
    sms = [s.origin_sms[first[o] : first[o + 1]].tolist() for o in pairs]
    assert sms[0] == sms[1] and sms[2] != sms[0], "the soft decay is compressed to the same topology"
    masks = [particle_mask(pids) for pids in ((LBP, SQUARK), (LBP, SQUARK, Z2), (LBP, SQUARK, SBOTTOM))]
    assert [s.origins[o, 1] for o in pairs] == masks
    assert sorted(s.points[:, TOPOLOGY].tolist()) == [0, 1, 4]


def test_a_structure_is_the_same_in_whatever_order_it_learns() -> None:
    """Sums over its rows are then the same to the last bit."""
    pairs = np.array([[a, b] for a in range(6) for b in range(a + 1)])
    whole, slowly = _structure(), _structure()
    whole.learn(pairs)
    for number in np.random.default_rng(1).permutation(len(pairs)).tolist():
        slowly.learn(pairs[number : number + 1, ::-1])
    rows = []
    for made in (whole, slowly):
        s = made.arrays
        rows.append(np.where(s.numbers > 0, s.rank[s.numbers], s.numbers))
        for one, other in zip(s[3:], whole.arrays[3:], strict=True):
            np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(*rows)
    assert rows[0].max() >= 3 and (rows[0] == NOTHING).any()


def test_remembered_compression_is_that_of_the_gaps() -> None:
    """Pairs of chains are worked out once for all models with the same small gaps, and again for others."""
    matcher, leg = _matcher(), ((SQUARK, (JET,)), (Z2, (BOSON,)), END)
    for z2, soft in ((5.0, True), (300.0, False), (5.0, True)):
        masses, small = _masses({SQUARK: 500.0, Z2: z2}), Gaps.of([(5.0, (Z2, LBP))] if soft else [])
        places, _ = small.along(leg)
        gaps = matcher.number_of_gaps(gaps_between(small, places, places))
        for _ in range(2):
            made, fresh = Compression(matcher, masses), Compression(_matcher(), masses)
            found = made.sms_of(made.number_of(leg), made.number_of(leg), gaps)
            assert found == fresh.sms_of(fresh.number_of(leg), fresh.number_of(leg), None)
            assert bool(found) == soft, "two jets and a Z match nothing"


CHAINS: tuple[Chain, ...] = (
    ((SQUARK, (JET,)), END),
    ((SQUARK, (JET,)), (Z2, (BOSON,)), END),
    ((SQUARK, (JET,)), (W1, (BOSON,)), END),
    ((Z2, (BOSON,)), END),
    ((W1, (BOSON,)), END),
    ((Z2, (BOSON,)), (W1, (BOSON,)), END),
)


@settings(max_examples=1000, deadline=None)
@given(st.tuples(*(st.sampled_from([2.0, 3.0, 5.0, 5.004, 8.0, 14.0, 300.0]),) * 6))
def test_models_with_equal_gaps_between_two_chains_compress_them_alike(gaps: tuple[float, ...]) -> None:
    """What is remembered of a pair of chains for one model is right for every other with the same key."""
    known: dict[object, object] = {}
    for w1, further, jet in (gaps[:3], gaps[3:]):
        masses = _masses({W1: w1, Z2: w1 + further, SQUARK: w1 + further + jet})
        steps = {(abs(a[0]), abs(b[0])) for chain in CHAINS for a, b in pairwise(chain)}
        small = Gaps.of([(masses[a] - masses[b], (a, b)) for a, b in steps if masses[a] - masses[b] < GAP])
        for legs in combinations_with_replacement(CHAINS, 2):
            key = legs, gaps_between(small, small.along(legs[0])[0], small.along(legs[1])[0])
            found = compressed(legs, masses)
            assert known.setdefault(key, found) == found


@settings(max_examples=300, deadline=None)
@given(st.tuples(*(st.sampled_from([2.0, 3.0, 5.0, 5.004, 8.0, 14.0, 300.0]),) * 3))
def test_pairs_by_number_and_by_chain_match_the_same_and_pass_the_sieve(gaps: tuple[float, ...]) -> None:
    matcher = _matcher()
    masses = _masses({Z2: gaps[0], SBOTTOM: gaps[0] + gaps[1], SQUARK: sum(gaps), SNEUTRINO: gaps[1]})
    invisible = ((SNEUTRINO, (NEUTRINO,)), END)
    z, b = ((Z2, (BOSON,)), END), ((SBOTTOM, (BOTTOM,)), (Z2, (JET,)), END)
    chains = (z, b, ((SQUARK, (JET,)), *z), ((SQUARK, (JET,)), *b), invisible, ((SQUARK, (JET,)), *invisible))
    chains = (*chains, ((SQUARK, (JET,)), END), ((SQUARK, (NEUTRINO,)), *invisible), b[:1] + b[2:])
    steps = {(abs(a[0]), abs(b[0])) for chain in chains for a, b in pairwise(chain)}
    small = Gaps.of([(masses[a] - masses[b], (a, b)) for a, b in steps if masses[a] - masses[b] < GAP])
    made = Compression(matcher, masses)
    branches = [matcher.branches_of(chain, made.number_of(chain), small.along(chain)[1]) for chain in chains]
    passed = 0
    for (i, first), (j, second) in combinations_with_replacement(list(enumerate(chains)), 2):
        found = made.sms_of(made.number_of(first), made.number_of(second), None)
        every = [matcher.sms(*legs) for legs in compressed((first, second), masses)]
        assert list(found) == [sms for sms in every if sms.matches]
        passes = matcher.sieve.passes(np.array([branches[i]]), np.array([branches[j]]))[0]
        assert passes or not found
        passed += bool(passes)
    assert passed < len(chains) * (len(chains) + 1) / 2, "the sieve holds something back"


def test_too_many_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure_module, "MAX_CHAINS", 5)
    with pytest.raises(TooManyChainsError):
        _structure()
    few = _structure(keep=lambda root, used: root > 0 and used[0] != 1)
    assert [end - begin for _, (begin, end) in sorted(few.chains.items())] == [0, 0, 1, 1]
    monkeypatch.setattr(structure_module, "MAX_CLASSES", 3)
    with pytest.raises(PredictionError, match="more than 3 different decay chains"):
        _structure(keep=lambda *_: True)

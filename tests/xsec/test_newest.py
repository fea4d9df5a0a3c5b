"""Reference cross sections of today's order against published figures, which no table here was read from at that mass.

13 TeV: NNLL-fast 1.1 (arXiv:1607.07741) and the LHC SUSY cross section working group; 13.6 TeV: the tables of
fuenfundachtzig/xsec, and for squarks with gluinos, which are not tabulated here, its figures for eight squarks
of the gluino's mass.
"""

from __future__ import annotations

import pytest

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.production import cross_sections, in_order, sections_in_order, with_kappas_of
from protomodels.settings import NEWER_ORDER, OLDER_ORDER, ReferenceOrder, policy
from protomodels.xsec import reference_cross_sections, relative_errors

Pair = tuple[int, int]
X_Z1, X_Z2, X_W1, X_G, X_T, X_D, X_E, X_NUE = 1000022, 1000023, 1000024, 1000021, 1000006, 1000001, 1000011, 1000012
WINOS = ((X_Z2, X_W1), (-X_W1, X_Z2))


def total(
    masses: dict[int, float], sqrts: float, pairs: tuple[Pair, ...], order: ReferenceOrder = NEWER_ORDER
) -> float:
    """fb, the pairs summed."""
    found, values = reference_cross_sections({X_Z1: 10.0} | masses, [sqrts], order)
    sigma = dict(zip(found, values[:, 0].tolist(), strict=True))
    return sum(sigma[pair] for pair in pairs)


def winos(m: float) -> dict[int, float]:
    return {X_Z2: m, X_W1: m}


PUBLISHED = [
    # pair of gluinos, three digits at 13 TeV
    *((13.0, {X_G: m}, ((X_G, X_G),), s, 5e-3) for m, s in ((500.0, 33.8e3), (1000.0, 385.0), (1500.0, 15.7))),
    *((13.6, {X_G: m}, ((X_G, X_G),), s, 2e-3) for m, s in ((1050.0, 342.607), (1500.0, 22.09296))),
    *((13.0, {X_T: m}, ((-X_T, X_T),), s, 2e-3) for m, s in ((600.0, 205.1), (1000.0, 6.837), (1500.0, 0.2576))),
    *((13.6, {X_T: m}, ((-X_T, X_T),), s, 2e-3) for m, s in ((350.0, 5341.69), (850.0, 28.0319), (2100.0, 0.0167661))),
    *((13.6, {X_D: m}, ((-X_D, X_D),), s / 10.0, 2e-3) for m, s in ((310.0, 95141.66), (850.0, 266.8951))),
    # the table scatters by 1% and more about the curve through it
    *((13.0, winos(m), WINOS, s, 0.02) for m, s in ((150.0, 5180.86), (725.0, 7.9595), (2000.0, 5.44778e-3))),
    *((13.6, winos(m), WINOS, s, 0.03) for m, s in ((1000.0, 1.634184), (2000.0, 1.040186e-2))),
    *((13.0, {X_E: m}, ((-X_E, X_E),), s, 5e-3) for m, s in ((175.0, 36.07), (500.0, 0.4836))),
    *((13.0, {X_NUE: m}, ((-X_NUE, X_NUE),), s, 5e-3) for m, s in ((320.0, 3.2344428), (1000.0, 9.4773e-3))),
    (13.0, {X_E: 320.0, X_NUE: 320.0}, ((-X_E, X_NUE),), 8.5019322, 0.01),
    (13.0, {X_E: 320.0, X_NUE: 320.0}, ((-X_NUE, X_E),), 3.8896942, 0.01),
]


@pytest.mark.parametrize(("sqrts", "masses", "pairs", "expected", "tolerance"), PUBLISHED)
def test_published_figures(
    sqrts: float, masses: dict[int, float], pairs: tuple[Pair, ...], expected: float, tolerance: float
) -> None:
    assert total(masses, sqrts, pairs) == pytest.approx(expected, rel=tolerance)


def test_squarks_with_a_gluino_at_another_energy() -> None:
    """K is that of 13 TeV there; the published figure at 13.6 TeV is for four flavours of two chiralities."""
    masses = dict.fromkeys((1000001, 1000002, 1000003, 1000004, X_G), 500.0)
    pairs = tuple((min(sign * q, X_G), X_G) for q in (1000001, 1000002, 1000003, 1000004) for sign in (1, -1))
    assert 2.0 * total(masses, 13.6, pairs) == pytest.approx(65134.7, rel=0.03)


def test_the_older_order_lies_where_it_was_found_to_lie() -> None:
    for m, ratio in ((500.0, 0.797), (1000.0, 0.832)):
        pair = (({X_G: m}), 13.0, ((X_G, X_G),))
        assert total(*pair, OLDER_ORDER) / total(*pair) == pytest.approx(ratio, abs=0.005)
    assert total(winos(2000.0), 13.0, WINOS, OLDER_ORDER) / 5.44778e-3 == pytest.approx(1.23, abs=0.005)


def test_what_has_no_newer_figure_stays() -> None:
    masses = {X_Z1: 100.0, X_D: 500.0, X_G: 900.0}
    pairs, older = reference_cross_sections(masses, [8.0, 13.0])
    _, newer = reference_cross_sections(masses, [8.0, 13.0], NEWER_ORDER)
    chi = [i for i, pair in enumerate(pairs) if X_Z1 in map(abs, pair)]
    assert len(chi) == 3 and (older[chi] == newer[chi]).all()
    # K of the newer tables has one more digit
    assert newer[:, 0] == pytest.approx(older[:, 0], rel=1e-4)


def test_errors_of_the_newer_order() -> None:
    errors = relative_errors({X_Z1: 100.0, X_T: 1000.0, X_W1: 500.0, X_Z2: 500.0}, [13.0, 13.6], NEWER_ORDER)
    assert (errors[-X_T, X_T]["rel_scale"] > 0.0).tolist() == [True, False]
    assert all((by_source["rel_pdf"] > 0.0).all() for pair, by_source in errors.items() if X_Z1 not in pair)


# The order of a model


MODEL = ProtoModel({X_Z1: 200.0, X_T: 900.0}, {X_T: {(X_Z1, 6): 1.0}}, {(-X_T, X_T): 0.5})


def test_a_model_keeps_its_order() -> None:
    named = in_order(MODEL, NEWER_ORDER)
    assert named.reference_order == NEWER_ORDER and named != MODEL
    assert in_order(named, OLDER_ORDER) is named and in_order(MODEL, OLDER_ORDER) is MODEL
    assert "reference_order" not in MODEL.as_dict() and named.as_dict()["reference_order"] == NEWER_ORDER
    with pytest.raises(ModelError, match="reference_order"):
        ProtoModel({X_Z1: 200.0}, reference_order="LO")  # type: ignore[arg-type]
    assert policy("paper").reference_order == OLDER_ORDER and policy("default").reference_order == NEWER_ORDER


def test_cross_sections_of_ones_own_stay() -> None:
    """Only what they are multiples of changes."""
    brought = cross_sections(MODEL)
    named, sections = sections_in_order(MODEL, brought, NEWER_ORDER)
    assert (sections.sigma == brought.sigma).all() and (sections.reference[:, 1] > brought.reference[:, 1]).all()
    assert named.kappa((-X_T, X_T)) == sections.kappas()[0] < 0.5
    assert cross_sections(named).sigma[0, 1] == pytest.approx(brought.sigma[0, 1])
    again = with_kappas_of(in_order(MODEL, NEWER_ORDER), brought)
    assert again.kappa((-X_T, X_T)) == pytest.approx(named.kappa((-X_T, X_T)))

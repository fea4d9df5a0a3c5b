"""Les Houches events: counted, and the spectrum of their banner."""

from __future__ import annotations

import math

import pytest

from protomodels.errors import ModelError
from protomodels.spectrum import read_events
from tests.spectrum.files import EVENTS, STOP


def test_masses_decays_and_cross_section_are_counted() -> None:
    found = read_events(EVENTS)
    assert {pid: p.mass for pid, p in found.particles.items()} == {1000006: 800.0, 1000022: 200.0}
    assert [(d.daughters, d.ratio) for d in found.decays[1000006]] == [((6, 1000022), 1.0)]
    assert found.particles[1000006].width == math.inf and found.particles[1000022].width == 0.0
    assert found.sections is not None
    assert found.sections.pairs == ((-1000006, 1000006),)  # the radiated gluon is no part of it
    assert found.sections.sqrts == (13.0,) and found.sections.sigma[0, 0] == pytest.approx(200.0)
    assert any("2 events" in note and "1000006 rest on 2 decays" in note for note in found.notes)


def test_pythia_fills_one_column_of_mothers() -> None:
    assert read_events(EVENTS.replace("1 3 3 0", "1 3 0 0")).decays == read_events(EVENTS).decays


def test_init_is_optional() -> None:
    start, end = EVENTS.index("<init>"), EVENTS.index("<event>")
    found = read_events(EVENTS[:start] + EVENTS[end:])
    assert found.sections is None and found.decays


def test_spectrum_of_the_banner_comes_first() -> None:
    slha = STOP[: STOP.index("XSECTION")]
    found = read_events(EVENTS.replace("<header>", f"<header>\n<slha>\n<![CDATA[\n{slha}]]>\n</slha>"))
    assert set(found.particles) == {1000006, 1000022, 1000024}
    assert found.particles[1000006].width == 1.0 and len(found.decays[1000006]) == 2
    assert found.sections is not None and found.sections.sigma[0, 0] == pytest.approx(200.0)
    masses = slha[: slha.index("DECAY 1000006")] + "DECAY 1000006 2.5\n"
    counted = read_events(EVENTS.replace("<header>", f"<header>\n<slha>\n{masses}</slha>"))
    assert counted.particles[1000006].width == 2.5 and [d.daughters for d in counted.decays[1000006]] == [(6, 1000022)]


def test_event_that_is_cut_off_is_left_out() -> None:
    assert any("in 1 events" in note for note in read_events(EVENTS[: EVENTS.rindex("</event>") - 100]).notes)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (" 7 1 +1.0e-01", " 9 1 +1.0e-01", "event 1: got 9 1"),
        ("1000022 1 3 3 0 0", "1000022 1 3 4 0 0", "event 1: got mothers 3 and 4 of 1000022"),
        ("1000022 1 3 3 0 0", "1000022 1 3 99 0 0", "event 1: got 1000022 1 3 99"),
        (" 2.0e-01 1.0e-03", " much 1.0e-03", "<init>"),
        ("1000006", "6", "without a new particle"),
    ],
)
def test_what_is_refused(old: str, new: str, message: str) -> None:
    text = EVENTS.replace(old, new)
    if "without" in message:
        text = text.replace("1000022", "22")
    with pytest.raises(ModelError, match=message):
        read_events(text)

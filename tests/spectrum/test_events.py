"""Les Houches events: counted, and the spectrum of their banner."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

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


def test_as_smodels_reads_them(tmp_path: Path) -> None:
    """Where it reads them: one column of mothers, and no radiation."""
    jet = next(line for line in EVENTS.splitlines(keepends=True) if line.startswith(" 21 1 "))
    text = EVENTS.replace(jet, "").replace(" 7 1 +", " 6 1 +").replace("1 3 3 0", "1 3 0 0")
    text = text.replace("-1000006 1 1 2 503", "-1000006 2 1 2 503").replace(
        "</event>", " 1000022 1 4 0 0 0 0 0 0 9 200. 0. 9.\n -4 1 4 0 0 0 0 0 0 9 0. 0. 9.\n</event>", 1
    )
    text = text.replace(" 6 1 +", " 8 1 +", 1)
    path = tmp_path / "events.lhe"
    path.write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from smodels.base.model import Model
        from smodels.base.physicsUnits import GeV, fb
        from smodels.share.models.mssm import BSMList
        from smodels.share.models.SMparticles import SMList

        model = Model(BSMList, SMList)
        model.updateParticles(str(path), roundMasses=0)
    found = read_events(text)
    theirs = {p.pdg: p for p in model.BSMparticles if p.pdg > 0}
    assert {pid: p.mass for pid, p in found.particles.items()} == {
        pid: p.mass.asNumber(GeV) for pid, p in theirs.items()
    }
    assert found.particles[1000006].width == theirs[1000006].totalwidth.asNumber(GeV) == math.inf
    (section,) = model.xsections
    assert found.sections is not None and found.sections.pairs == (section.pid,)
    assert found.sections.sigma[0, 0] == pytest.approx(section.value.asNumber(fb))
    # SModelS forgets decays of an antiparticle where the particle is there, too
    assert {tuple(d.ids): d.br for d in theirs[1000006].decays} == {(6, 1000022): 1.0}
    ratios = {d.daughters: d.ratio for d in found.decays[1000006]}
    assert ratios == pytest.approx({(6, 1000022): 2 / 3, (4, 1000022): 1 / 3})


def test_tags_that_begin_alike_are_told_apart() -> None:
    text = EVENTS.replace("</header>", "<initrwgt>\n<weight id='1'> 1 </weight>\n</initrwgt>\n</header>")
    found = read_events(text.replace("</init>", "<generator name='x'>1</generator>\n</init>"))
    assert found.sections is not None and found.sections.sigma[0, 0] == pytest.approx(200.0)


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
    notes = read_events(EVENTS[: EVENTS.rindex("</event>") - 100]).notes
    assert any("in 1 events" in note for note in notes) and "the file ends within an event, which is left out" in notes


def test_masses_and_weights_that_are_not_those_of_one_model_are_said() -> None:
    first, _, second = EVENTS.partition("</event>")
    mixed = f"{first}</event>{second.replace(' 800', ' 600')}"
    notes = read_events(mixed).notes
    assert "1000006 has 600 to 800 GeV in the events: the average is taken" in notes
    header = "<header>\n<slha>\nBLOCK MASS\n 1000006 400.\n 1000022 200.\n</slha>"
    notes = read_events(EVENTS.replace("<header>", header)).notes
    assert "1000006 has 400 GeV in the header, which counts, and 800 to 800 in events" in notes
    negative = f"{first}</event>{second.replace('+1.0e-01', '-1.0e-01')}"
    assert "events have different weights, and are counted alike, as in SModelS" in read_events(negative).notes


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (" 7 1 +1.0e-01", " 9 1 +1.0e-01", "event 1: got 9 1"),
        ("1000022 1 3 3 0 0", "1000022 1 3 4 0 0", "event 1: got mothers 3 and 4 of 1000022"),
        ("1000022 1 3 3 0 0", "1000022 1 3 99 0 0", "event 1: got 1000022 1 3 99"),
        (" 7 1 +1.0e-01", " 7 1 nan", "event 1: got 7 1 nan"),
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

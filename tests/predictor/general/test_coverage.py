"""Coverage: SModelS's groups and final states, on the demo's results and on a displaced analysis of our own."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from smodels.experiment.databaseObj import Database

from benchmarks.spectra.coverage import ALL, answer, differences, groups_of
from benchmarks.spectra.models import random_spectra, to_smodels
from protomodels.errors import ModelError, PredictionError, ResultsError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, SpectrumPredictor
from protomodels.predictor.general.coverage import Coverage, coverage_of
from protomodels.predictor.general.coverage.final_states import CLASSES, RANKS
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.results.compiled.compile import compile_database
from protomodels.results.compiled.file import read_compiled
from protomodels.spectrum import Decay, Spectrum, read_spectrum

ABOUT = {"name": "test", "fingerprint": "0", "version": "0", "n_analyses": 0, "left_out": {}, "source": ""}
Both = tuple[SpectrumPredictor, Database]

GLUINO = """\
BLOCK MASS
 1000021 9.0E+02 # gluino
 1000022 1.0E+02 # N1
 1000023 3.0E+02 # N2
 1000024 3.0E+02 # C1
DECAY 1000021 1.0E+00
 4.0E-01 3 1000022 1 -1
 3.0E-01 3 1000024 1 -2
 1.0E-01 3 1000022 5 -5
 2.0E-01 3 1000023 6 -6
DECAY 1000023 1.0E-02
 6.0E-01 2 1000022 23
 4.0E-01 2 1000022 25
DECAY 1000024 1.0E-02
 1.0 2 1000022 24
DECAY 1000022 0.0
XSECTION 8.00E+03 2212 2212 2 1000021 1000021
 0 2 0 0 0 0 1.0E-03 code
XSECTION 1.30E+04 2212 2212 2 1000021 1000021
 0 2 0 0 0 0 1.0E-01 code
XSECTION 1.30E+04 2212 2212 2 1000023 1000024
 0 2 0 0 0 0 1.0E-02 code
"""

STAU = """\
BLOCK MASS
 1000015 3.0E+02 # stau
 1000022 1.0E+02 # N1
 1000024 5.0E+02 # C1
 1000016 4.0E+02 # snu
DECAY 1000024 1.0E+00
 7.0E-01 2 -1000015 16
 3.0E-01 2 1000022 24
DECAY 1000015 {width}
 1.0 2 1000022 15
DECAY 1000016 1.0E-01
 1.0 2 1000022 16
DECAY 1000022 0.0
XSECTION 1.30E+04 2212 2212 2 -1000015 1000015
 0 2 0 0 0 0 2.0E-02 code
XSECTION 1.30E+04 2212 2212 2 -1000024 1000024
 0 2 0 0 0 0 5.0E-02 code
XSECTION 1.30E+04 2212 2212 2 -1000016 1000016
 0 2 0 0 0 0 3.0E-02 code
"""

SOFT = """\
BLOCK MASS
 1000022 1.00E+02 # N1
 1000023 1.03E+02 # N2
 1000024 1.02E+02 # C1
DECAY 1000023 1.0E-03
 5.0E-01 3 1000022 1 -1
 2.0E-01 3 1000022 12 -12
 3.0E-01 3 1000024 11 -12
DECAY 1000024 1.0E-03
 6.0E-01 3 1000022 2 -1
 4.0E-01 3 1000022 -11 12
DECAY 1000022 0.0
XSECTION 1.30E+04 2212 2212 2 1000022 1000023
 0 2 0 0 0 0 2.0E+00 code
XSECTION 1.30E+04 2212 2212 2 1000023 1000024
 0 2 0 0 0 0 3.0E+00 code
"""

DISPLACED_INFO = "id: CMS-TEST-01\nsqrts: 13*TeV\nlumi: 36.0/fb\nurl: none\ntype: {kind}\n"
REGION = """dataType: efficiencyMap
dataId: SR
observedN: 7
expectedBG: 5.5
bgError: 1.2
upperLimit: 2.5E-01*fb
expectedUpperLimit: 2.0E-01*fb
"""
DISPLACED = """txName: TDisp
constraint: [[['ta']],[['ta']]]
condition: None
source: none
validated: True
efficiencyMap: [{points}]
"""


def _compiled(database: Database, folder: Path) -> SpectrumPredictor:
    compile_database(database, folder / "results.bin", ABOUT, {})
    return SpectrumPredictor(CompiledPredictor.of(read_compiled(folder / "results.bin")))


@pytest.fixture(scope="module")
def on_demo(demo_oracle: SModelSPredictor, tmp_path_factory: pytest.TempPathFactory) -> Both:
    logging.getLogger("smodels").setLevel(logging.ERROR)
    return _compiled(demo_oracle._database, tmp_path_factory.mktemp("demo")), demo_oracle._database


@pytest.fixture(scope="module", params=["displaced", "upperLimit"])
def on_lifetimes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A map with widths: of a displaced analysis, and of one whose kind is spelled as in three real analyses."""
    folder = tmp_path_factory.mktemp("lifetimes")
    region = folder / "13TeV" / "CMS" / "CMS-TEST-01-eff" / "SR"
    region.mkdir(parents=True)
    (folder / "version").write_text("test\n")
    (region.parent / "globalInfo.txt").write_text(DISPLACED_INFO.format(kind=request.param))
    (region / "dataInfo.txt").write_text(REGION)
    points = [
        f"[[[({m}*GeV,{w}*GeV),{n}*GeV],[({m}*GeV,{w}*GeV),{n}*GeV]],{0.1 + m / 1e4:.4f}]"
        for m in (200.0, 400.0, 600.0)
        for n in (50.0, 150.0)
        for w in ("1e-17", "1e-16", "1e-15", "1e-14")
    ]
    (region / "TDisp.txt").write_text(DISPLACED.format(points=",".join(points)))
    database = Database(str(folder), force_load="txt")
    return _compiled(database, folder), database


def _same(both: Both, spectrum: Spectrum, options: Options | None = None) -> Coverage:
    """Ours, where it is what SModelS says: every final state of every group."""
    predictor, database = both
    options = options or Options()
    own = coverage_of(predictor, spectrum, options=options, most=ALL)
    counts, lines = differences(answer(database, to_smodels(spectrum, options), options)["groups"], groups_of(own))
    assert counts["final states differ"] == counts["sums differ"] == 0 < counts["sums agree"], "\n".join(lines)
    return own


def test_prompt_decays_of_a_gluino(on_demo: Both) -> None:
    found = _same(on_demo, read_spectrum(GLUINO))
    assert found.sqrts == 13.0 and found.produced == pytest.approx({8.0: 1.0, 13.0: 110.0})
    assert found.seen > 0 and found.outside_grids + found.seen + found.missing == pytest.approx(110.0, rel=1e-3)
    # by hand: gluinos to q q N1 and q q W N1, twice 0.4 * 0.3 of 100 fb; T1 is covered
    first = {state.text: state.sigma for state in found.largest_missing}
    assert first["PV > (jet,jet,MET),(W,jet,jet,MET)"] == pytest.approx(24.0)
    assert "PV > (jet,jet,MET),(jet,jet,MET)" not in first
    assert found.largest_missing[0].words == "4 jets + W + missing energy"
    assert found.largest_missing[0].mothers == (("X_g + X_g", pytest.approx(24.0)),)


@pytest.mark.parametrize("width", ["1.0E-02", "1.0E-15", "3.0E-16", "5.0E-17", "2.0E-18", "0.0"])
def test_long_lived_staus(on_demo: Both, on_lifetimes: Both, width: str) -> None:
    spectrum = read_spectrum(STAU.format(width=width))
    for both in (on_demo, on_lifetimes):
        found = _same(both, spectrum)
        stays = {"1.0E-02": 0.0, "0.0": 1.0}.get(width)
        tracks = [state for state in found.largest_missing if "HSCP" in state.symbols]
        assert found.missing_long_lived == pytest.approx(sum(state.sigma for state in tracks))
        if stays is not None:
            # pairs of staus and of charginos with at least one stau that leaves the detector
            assert found.missing_long_lived == pytest.approx(stays * (20.0 + 50.0 * (1.0 - 0.3**2)))
    displaced = coverage_of(on_lifetimes[0], spectrum, most=ALL)
    if width in ("3.0E-16", "5.0E-17"):
        assert displaced.seen > 0


@pytest.mark.parametrize("gap", [0.5, 1.0, 4.0])
def test_soft_decays_to_missing_energy_only(on_demo: Both, gap: float) -> None:
    found = _same(on_demo, read_spectrum(SOFT), Options(minmassgapISR=gap))
    # above all gaps nothing but missing energy is left; else the widest decay of an event stays
    assert ({state.text for state in found.largest_missing} == {"PV > (MET),(MET)"}) == (gap == 4.0)


@pytest.mark.parametrize(
    "change", [{"doCompress": False}, {"doInvisible": False}, {"minmassgap": 250.0}, {"sigmacut": 2.0}]
)
def test_options(on_demo: Both, change: dict[str, float]) -> None:
    for text in (GLUINO, SOFT, STAU.format(width="1.0E-16")):
        _same(on_demo, read_spectrum(text), replace(Options(), **change))


def test_random_models(on_demo: Both) -> None:
    """Sums agree in all; where two steps of compression have equal weights SModelS takes either by the last digit."""
    agree = differ = 0
    for spectrum in random_spectra(1, 12):
        own = coverage_of(on_demo[0], spectrum, most=ALL)
        theirs = answer(on_demo[1], to_smodels(spectrum), Options())["groups"]
        counts, lines = differences(theirs, groups_of(own))
        assert counts["sums differ"] == 0, "\n".join([spectrum.name, *lines])
        agree, differ = agree + counts["final states agree"], differ + counts["final states differ"]
    assert agree > 500 and differ <= 0.01 * agree


def test_equal_particles_share_a_name(on_demo: Both) -> None:
    """Two squarks of one mass and charge are one class to SModelS: both may be what is seen of either."""
    text = "BLOCK MASS\n 1000001 500\n 1000003 500\n 1000022 100\n"
    for squark, quark in ((1000001, 5), (1000003, 5)):
        text += f"DECAY {squark} 1.0\n 1.0 3 1000022 {quark} 23\n"
        text += f"XSECTION 1.30E+04 2212 2212 2 -{squark} {squark}\n 0 2 0 0 0 0 1.0E-02 code\n"
    found = coverage_of(on_demo[0], read_spectrum(text))
    assert [state.text for state in found.largest_missing] == ["PV > (Z,b,MET),(Z,b,MET)"]
    (name, sigma), *others = found.largest_missing[0].mothers
    assert not others and sigma == pytest.approx(20.0) and name.count("/") == 2


def test_plain_values_and_a_table(on_demo: Both) -> None:
    found = coverage_of(on_demo[0], read_spectrum(GLUINO), most=2)
    values = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert values["produced"] == pytest.approx({"8": 1.0, "13": 110.0}) and len(values["largest"]["missing"]) == 2
    assert values["largest"]["missing"][0]["words"] == "4 jets + W + missing energy"
    table = found.report_table()
    assert table.rows[0] == ("produced", "110", "100", "")
    assert ("missing: 4 jets + W + missing energy", "24", "21.8", "X_g + X_g") in table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_nothing_produced_is_no_division(on_demo: Both) -> None:
    spectrum = read_spectrum(GLUINO)
    assert spectrum.sections is not None
    none = replace(spectrum.sections, sigma=np.zeros_like(spectrum.sections.sigma))
    found = coverage_of(on_demo[0], spectrum, none)
    assert found.share_seen == found.missing == 0.0 and found.report_table().rows[0] == ("produced", "0", "", "")


def test_every_symbol_has_a_place() -> None:
    assert set(CLASSES) | {"MET", "HSCP", "RHadronG", "RHadronQ"} == set(RANKS)


def test_refusals(on_demo: Both, demo_oracle: SModelSPredictor, tmp_path: Path) -> None:
    spectrum = read_spectrum(GLUINO)
    with pytest.raises(ModelError, match="cross sections"):
        coverage_of(on_demo[0], replace(spectrum, sections=None))
    circle = {**spectrum.decays, 1000022: (Decay(1.0, (1, -1, 1000021)),)}
    wide = {**spectrum.particles, 1000022: replace(spectrum.particles[1000022], width=1.0)}
    with pytest.raises(PredictionError, match="lead back to it"):
        coverage_of(on_demo[0], replace(spectrum, decays=circle, particles=wide))
    compile_database(demo_oracle._database, tmp_path / "results.bin", ABOUT, {})
    results = read_compiled(tmp_path / "results.bin")
    del results.meta["graphs"]["kinds"]
    with pytest.raises(ResultsError, match="kinds of analyses"):
        coverage_of(SpectrumPredictor(CompiledPredictor.of(results)), spectrum)

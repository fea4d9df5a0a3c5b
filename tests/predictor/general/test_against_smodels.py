"""Models of any kind on small results of every kind: what SModelS says."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

import numpy as np
import pytest
from smodels.experiment.databaseObj import Database

from benchmarks.spectra.models import KINDS, random_spectra, to_smodels
from benchmarks.spectra.parity import answer, differences
from protomodels.errors import ModelError, PredictionError, ResultsError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, SpectrumPredictor, predict_spectrum
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.production import CrossSections
from protomodels.results.compiled.compile import compile_database
from protomodels.results.compiled.file import read_compiled
from protomodels.spectrum import Decay, NewParticle, Spectrum
from tests.predictor.general.small_results import write_results

Both = tuple[SpectrumPredictor, SModelSPredictor]

N1, N2, C1, STAU, SNEUTRINO, GLUINO = 1000022, 1000023, 1000024, 1000015, 1000016, 1000021
UP, DOWN, STRANGE, ZPRIME = 1000002, 1000001, 2000001, 55
PROMPT = 0.5


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[CompiledPredictor, SModelSPredictor]:
    logging.getLogger("smodels").setLevel(logging.ERROR)
    folder = tmp_path_factory.mktemp("general")
    database = Database(str(write_results(folder)), force_load="txt")
    about = {"name": "small", "fingerprint": "0", "version": "0", "n_analyses": 6, "left_out": {}, "source": ""}
    compile_database(database, folder / "small.bin", about, {})
    return CompiledPredictor.of(read_compiled(folder / "small.bin")), SModelSPredictor(database, "0", "small")


@pytest.fixture(scope="module")
def both(compiled: tuple[CompiledPredictor, SModelSPredictor]) -> Both:
    return SpectrumPredictor(compiled[0]), compiled[1]


def _model(
    masses: dict[int, float],
    decays: dict[int, list[tuple[float, Sequence[int]]]],
    pairs: dict[tuple[int, ...], float],
    widths: dict[int, float] | None = None,
) -> Spectrum:
    """A spectrum; without a width what decays does so at once.  Cross sections in fb, at 8 TeV a quarter of 13 TeV."""
    particles = {}
    for pid, mass in masses.items():
        spin, charge, colour, own = KINDS[pid][1:5] if pid in KINDS else (1, 0, 1, True)
        width = (widths or {}).get(pid, PROMPT if pid in decays else 0.0)
        name = "Zprime" if pid == ZPRIME else str(pid)
        particles[pid] = NewParticle(pid, name, mass, width, 2 if pid == ZPRIME else spin, charge, colour, own)
    sigma = np.array([[0.25 * x, x] for x in pairs.values()])
    sections = CrossSections(tuple(pairs), (8.0, 13.0), sigma, np.full(sigma.shape, math.nan))  # type: ignore[arg-type]
    listed = {pid: tuple(Decay(r, tuple(sorted(d))) for r, d in own) for pid, own in decays.items()}
    return Spectrum(particles, listed, sections, "model")


LIGHT = {N1: 100.0}
MODELS: dict[str, tuple[Spectrum, set[str]]] = {
    "a squark pair, equal trees of two quarks": (
        _model(LIGHT | {DOWN: 400.0}, {DOWN: [(0.7, (1, N1)), (0.3, (3, N1))]}, {(-DOWN, DOWN): 90.0}),
        {"T2"},
    ),
    "chargino beside its neutralino, pion track": (
        _model({N1: 200.0, C1: 200.3}, {C1: [(1.0, (211, N1))]}, {(-C1, C1): 90.0, (C1, N1): 200.0}, {C1: 3e-17}),
        {"TDTM", "TDTM2", "THSCP", "THSCPIncl"},
    ),
    "long-lived stau in cascades": (
        _model(
            LIGHT | {STAU: 300.0, C1: 500.0, N2: 450.0},
            {
                STAU: [(1.0, (15, N1))],
                C1: [(0.6, (16, -STAU)), (0.4, (24, N1))],
                N2: [(0.5, (15, -STAU)), (0.2, (-15, STAU)), (0.3, (23, N1))],
            },
            {(-STAU, STAU): 40.0, (-C1, C1): 200.0, (C1, N2): 150.0, (N2, N2): 80.0},
            {STAU: 4e-17},
        ),
        {"THSCP", "THSCPStep", "THSCPIncl", "TChiWZ"},
    ),
    "displaced gluino": (
        _model(
            LIGHT | {GLUINO: 500.0, UP: 900.0},
            {
                GLUINO: [(0.5, (1, -1, N1)), (0.3, (4, -4, N1)), (0.2, (5, -5, N1))],
                UP: [(0.8, (2, GLUINO)), (0.2, (2, N1))],
            },
            {(GLUINO, GLUINO): 300.0, (-UP, UP): 60.0, (UP, GLUINO): 80.0},
            {GLUINO: 5e-16},
        ),
        {"TDisp", "T1"},
    ),
    "soft decays": (
        _model(
            LIGHT | {C1: 103.0, N2: 104.0, UP: 600.0, DOWN: 610.0},
            {
                C1: [(0.7, (-1, 2, N1)), (0.3, (-11, 12, N1))],
                N2: [(0.5, (-24, C1)), (0.5, (22, N1))],
                UP: [(0.5, (1, C1)), (0.3, (2, N2)), (0.2, (2, N1))],
                DOWN: [(0.6, (2, -C1)), (0.4, (1, N2))],
            },
            {(-UP, UP): 90.0, (-DOWN, DOWN): 70.0, (UP, DOWN): 30.0, (-C1, C1): 400.0, (C1, N2): 500.0},
        ),
        {"T2"},
    ),
    "invisible decays": (
        _model(
            LIGHT | {SNEUTRINO: 250.0, N2: 300.0, DOWN: 700.0, C1: 400.0},
            {
                SNEUTRINO: [(1.0, (16, N1))],
                N2: [(0.6, (-16, SNEUTRINO)), (0.1, (16, -SNEUTRINO)), (0.3, (23, N1))],
                DOWN: [(0.7, (1, N2)), (0.3, (1, N1))],
                C1: [(0.5, (-15, SNEUTRINO)), (0.5, (24, N2))],
            },
            {(-DOWN, DOWN): 200.0, (-C1, C1): 100.0, (C1, N2): 150.0},
        ),
        {"T2"},
    ),
    "soft and invisible at once": (
        _model(
            {N1: 102.7, SNEUTRINO: 104.2, DOWN: 500.0},
            {SNEUTRINO: [(1.0, (16, N1))], DOWN: [(1.0, (1, SNEUTRINO))]},
            {(-DOWN, DOWN): 50.0},
        ),
        {"T2"},
    ),
    "mediator": (
        _model(
            LIGHT | {N2: 140.0, ZPRIME: 1200.0},
            {ZPRIME: [(0.4, (N1, N1)), (0.2, (N1, N2)), (0.4, (1, -1))], N2: [(1.0, (12, -12, N1))]},
            {(ZPRIME,): 500.0},
            {ZPRIME: 60.0},
        ),
        {"TRV1", "TRV2"},
    ),
    "clusters of squarks": (
        _model(
            LIGHT | {DOWN: 500.0, UP: 520.0, STRANGE: 800.0},
            {DOWN: [(1.0, (1, N1))], UP: [(1.0, (2, N1))], STRANGE: [(1.0, (3, N1))]},
            {(-DOWN, DOWN): 50.0, (-UP, UP): 45.0, (-STRANGE, STRANGE): 9.0, (DOWN, UP): 20.0},
        ),
        {"T2"},
    ),
    "clusters of squarks that do not all decay in time": (
        _model(
            LIGHT | {DOWN: 500.0, UP: 505.0, STRANGE: 520.0},
            {DOWN: [(1.0, (1, N1))], UP: [(1.0, (2, N1))], STRANGE: [(1.0, (3, N1))]},
            {(-DOWN, DOWN): 50.0, (-UP, UP): 45.0, (-STRANGE, STRANGE): 39.0, (DOWN, UP): 20.0},
            {DOWN: 3e-13, UP: 4e-13, STRANGE: 3.4e-13},
        ),
        {"T2"},
    ),
    "without R parity": (
        _model({GLUINO: 700.0}, {GLUINO: [(0.6, (1, 2, 3)), (0.4, (-1, -2, -3))]}, {(GLUINO, GLUINO): 60.0}),
        {"TRPV"},
    ),
    "chains of two steps": (
        _model(
            LIGHT | {C1: 250.0, UP: 400.0, DOWN: 405.0},
            {C1: [(1.0, (24, N1))], UP: [(1.0, (1, C1))], DOWN: [(1.0, (2, -C1))]},
            {(-UP, UP): 70.0, (-DOWN, DOWN): 60.0, (UP, DOWN): 20.0},
        ),
        {"T6Long", "T6WW"},
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_predictions_are_those_of_smodels(both: Both, name: str) -> None:
    own, oracle = both
    spectrum, topologies = MODELS[name]
    got = own.predict(spectrum)
    _, different = differences(answer(oracle, to_smodels(spectrum), Options())["rows"], got)
    assert not different, "\n".join(different)
    # what the model is made for is seen, so that there is something to compare
    assert topologies <= {topology for row in got.topologies for topology in row}


@pytest.mark.parametrize(
    "options",
    [
        Options(doCompress=False),
        Options(doInvisible=False),
        Options(minmassgap=150.0, minmassgapISR=10.0),
        Options(sigmacut=5.0),
        Options(roundMasses=0, minMass=150.0),
        Options(ignorePromptQNumbers=("spin", "eCharge", "colordim")),
        Options(promptWidth=1e-15, stableWidth=1e-16),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["soft decays", "invisible decays", "long-lived stau in cascades"])
def test_options_are_those_of_smodels(both: Both, name: str, options: Options) -> None:
    own, oracle = both
    spectrum, _ = MODELS[name]
    got = own.predict(spectrum, options=options)
    _, different = differences(answer(oracle, to_smodels(spectrum, options), options)["rows"], got)
    assert not different, "\n".join(different)


def test_random_models(both: Both) -> None:
    own, oracle = both
    lines, same = list[str](), 0
    for spectrum in random_spectra(7, 10, 5):
        counts, different = differences(answer(oracle, to_smodels(spectrum), Options())["rows"], own.predict(spectrum))
        same += counts["same"]
        lines += [f"{spectrum.name}: {line}" for line in different]
    assert not lines, "\n".join(lines[:20])
    assert same > 20


def test_particles_behind_a_row_are_those_of_its_decays(both: Both) -> None:
    got = both[0].predict(MODELS["soft decays"][0])
    behind = set().union(*got.particles)
    assert behind == {N1, N2, C1, UP, DOWN}
    assert len(got.particles) == len(got.topologies) == len(got.predictions)


def test_a_model_without_cross_sections_is_refused(both: Both) -> None:
    with pytest.raises(ModelError, match="cross sections"):
        both[0].predict(Spectrum({N1: MODELS["mediator"][0].particles[N1]}, {}))


def test_nothing_that_is_produced_gives_no_row(both: Both) -> None:
    own = MODELS["mediator"][0]
    for sections in (
        CrossSections(((1000002, 1000002),), (13.0,), np.array([[50.0]]), np.array([[math.nan]])),
        CrossSections(((N1, N1),), (13.0,), np.array([[0.001]]), np.array([[math.nan]])),
    ):
        assert len(both[0].predict(own, sections).predictions) == 0


def test_decays_in_a_circle_are_refused(both: Both) -> None:
    spectrum = _model({N1: 100.0, N2: 200.0}, {N2: [(1.0, (22, N1))], N1: [(1.0, (22, N2))]}, {(N1, N2): 9.0})
    with pytest.raises(PredictionError, match="lead back"):
        both[0].predict(spectrum)


def test_results_without_topologies_are_refused(compiled: tuple[CompiledPredictor, SModelSPredictor]) -> None:
    own = compiled[0]
    meta = {name: value for name, value in own.meta.items() if name != "graphs"}
    earlier = CompiledPredictor(own.arrays, meta, own.catalog, own.fingerprint, own.name)
    with pytest.raises(ResultsError, match="compiled again"):
        predict_spectrum(earlier, MODELS["mediator"][0])

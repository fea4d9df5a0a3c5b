"""Published numbers on real LHC results (database 1.2.4), where this machine has them; see docs/validation.md.

Only the analyses that the published tables name are read: the whole database takes minutes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.combiner import Combinability
from protomodels.files import read_model
from protomodels.predictor import Predictor, load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_oracle
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.scoring import Evaluation, Scorer
from protomodels.settings import policy

ANALYSES = {
    "CMS-SUS-19-006", "CMS-SUS-16-033", "CMS-SUS-16-036", "CMS-SUS-16-051", "CMS-SUS-16-050", "CMS-SUS-13-012",
    "ATLAS-SUSY-2013-02-eff", "ATLAS-SUSY-2016-07-eff", "ATLAS-SUSY-2016-16-eff",
}  # fmt: skip

LIMITS = {
    ("CMS-SUS-19-006", "T2"): 1.299,
    ("CMS-SUS-19-006", "T2tt"): 1.282,
    ("CMS-SUS-16-033", "T2"): 1.244,
    ("CMS-SUS-16-036", "T2"): 0.921,
    ("CMS-SUS-16-051", "T2tt"): 0.901,
}
"""r_obs of the published winner."""

COMBINATION = {
    "ATLAS-SUSY-2013-02": ("SR6jtp", 6, 4.9, 0.25),
    "ATLAS-SUSY-2016-07": ("2j_Meff_1200", 611, 526, 44.18),
    "ATLAS-SUSY-2016-16": ("tN_high", 8, 3.8, 3.93),
    "CMS-SUS-13-012": ("T2", 30.8, 19.6, 2.66),
    "CMS-SUS-16-050": ("T2tt", 4.5, 2.5, 2.62),
}
"""Region, observed, expected, signal of the published best combination."""


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, real: Callable[[str], Path], extract: Callable[..., Path]
) -> tuple[SModelSPredictor, CompiledPredictor]:
    """The named analyses of database 1.2.4, through SModelS and compiled."""
    archive = real("smodels-1.2.4.tar.xz")
    scratch = tmp_path_factory.mktemp("subset")
    folder = extract(archive, scratch, lambda path: len(path.parts) < 4 or path.parts[3] in ANALYSES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # the oracle first: the text is then read once for both
        return load_oracle(str(folder)), load_results(str(folder))


@pytest.fixture(scope="module")
def published(both: tuple[SModelSPredictor, CompiledPredictor]) -> Predictor:
    """The named analyses of database 1.2.4."""
    return both[1]


def test_predictions_are_those_of_smodels(both: tuple[SModelSPredictor, CompiledPredictor]) -> None:
    """Maps of up to six masses, compressed spectra, clusters; see docs/parity.md for all of the databases."""
    oracle, compiled = both
    seen = 0
    for model in random_models(17, 40):
        expected, got = oracle.predict(model), compiled.predict(model)
        np.testing.assert_array_equal(got.rows, expected.rows)
        for name in ("sigma", "limit_observed", "limit_expected"):
            np.testing.assert_allclose(getattr(got, name), getattr(expected, name), rtol=1e-4)
        np.testing.assert_array_equal(got.particle_masks, expected.particle_masks)
        np.testing.assert_array_equal(got.sharing(), expected.sharing())
        seen += len(expected)
    assert seen > 500


@pytest.fixture(scope="module")
def winner(published: Predictor, real: Callable[[str], Path]) -> Evaluation:
    """The evaluation of the published winner with its published cross sections."""
    model, sections = read_model(real("reference/winner.slha"))
    table = Combinability.from_file(real("reference/combinable_2020.json"))
    score = Scorer(published, table, policy("paper")).evaluate(model, sections)
    assert score.K is not None
    return score


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_on_the_winner(name: tuple[str, str], winner: Evaluation) -> None:
    found = {(limit.analysis, limit.region): limit.r_obs for limit in winner.limits}
    assert found[name] == pytest.approx(LIMITS[name], abs=0.005)


@pytest.mark.parametrize("analysis", COMBINATION)
def test_the_combination_of_the_winner(analysis: str, winner: Evaluation) -> None:
    region, observed, expected, signal = COMBINATION[analysis]
    member = next(c for c in winner.contributions if c.analysis == analysis)
    assert member.region == region
    assert member.observed == pytest.approx(observed, rel=0.01)
    assert member.expected == pytest.approx(expected, rel=0.01)
    assert member.signal == pytest.approx(signal, rel=0.02)


def test_k_and_strength_of_the_winner(winner: Evaluation) -> None:
    assert winner.Z == pytest.approx(3.24, abs=0.01)
    assert winner.mu_max == pytest.approx(1.3 / 1.2986, rel=1e-3)
    assert winner.mu_hat == pytest.approx(1.0, abs=0.01)
    # 6.90 with six productions; the published file of cross sections lists two of them: 0.10 less prior
    assert winner.K == pytest.approx(6.90 + 0.10, abs=0.05)

"""What excludes a model: the same in evaluations and in scans, with combinations or without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from protomodels.campaign.scan.front import judge_of
from protomodels.campaign.scan.limits import small_model
from protomodels.critic import Limit
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options
from protomodels.scoring.front import make_scorer
from protomodels.scoring.spectrum import SpectrumScorer
from protomodels.spectrum import Spectrum, spectrum_of
from tests.slha_texts import slha


def _times(spectrum: Spectrum, factor: float) -> Spectrum:
    assert spectrum.sections is not None
    return replace(spectrum, sections=replace(spectrum.sections, sigma=spectrum.sections.sigma * factor))


@pytest.mark.parametrize("limits_only", [False, True])
def test_what_excludes_is_one_rule(demo: CompiledPredictor, limits_only: bool) -> None:
    judge, spectrum = judge_of(demo, limits_only=limits_only), small_model()
    r = judge(spectrum)["r_obs"]
    assert isinstance(r, float)
    below, above = (judge(_times(spectrum, factor / r)) for factor in (1.0 - 1e-6, 1.0 + 1e-6))
    assert (below["excluded"], above["excluded"]) == (False, True)
    exactly = Limit("A", "SR1", False, 1.0, 1.0, 3.0)  # SModelS 3.1.1: excluded where r > 1
    assert not exactly.excludes and replace(exactly, r_obs=np.nextafter(1.0, 2.0)).excludes
    assert not replace(exactly, r_obs=float("nan")).excludes


@pytest.mark.parametrize("limits_only", [False, True])
def test_combined_regions_exclude_in_scans(correlated: CompiledPredictor, limits_only: bool) -> None:
    catalog = correlated.catalog
    weaker = replace(catalog, limit_observed=1.5 * catalog.limit_observed)  # of single regions
    results = correlated.with_catalog(weaker)
    judge, scorer = judge_of(results, limits_only=limits_only), SpectrumScorer.of(make_scorer(results), Options())
    spectrum = spectrum_of(slha(sections={(-1000006, 1000006): 10.0}), "stops")
    seen = set()
    for factor in (0.2, 0.5, 0.7, 0.8, 1.0, 10.0):
        own = _times(spectrum, factor)
        found = scorer.evaluate(own)
        assert judge(own)["excluded"] == found.is_excluded
        seen.add((found.is_excluded, found.limits[0].r_obs > 1.0))
    assert seen == {(False, False), (True, False), (True, True)}

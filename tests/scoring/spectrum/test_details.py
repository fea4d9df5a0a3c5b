"""All results and the coverage of a proto-model: those of the predictions behind its K."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import pytest
from numpy.testing import assert_allclose

from protomodels.errors import ResultsError
from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.production import in_order
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.spectrum import described
from protomodels.universes import Universe, in_universe

MODEL = ProtoModel(
    {1000022: 210.0, 1000001: 690.0, 1000006: 830.0},
    {1000001: {(1000022, 1): 1.0}, 1000006: {(1000022, 6): 1.0}},
    {(-1000006, 1000006): 0.22, (-1000001, 1000001): 0.28},
)


def test_details_of_a_proto_model_are_those_behind_its_k(scorer: Scorer, demo: CompiledPredictor) -> None:
    model = in_order(MODEL, "NNLO_approx+NNLL")
    # a soft decay, compressed by the rules of proto-models only; a mass between tenths of a GeV
    masses = {**model.masses, 1000024: 217.5, 1000001: 690.04}
    decays = {**model.decays, 1000024: {(1000022, 24): 1.0}, 1000006: {(1000022, 6): 0.5, (1000024, 5): 0.5}}
    soft = replace(model, masses=masses, decays=decays)
    for own in (model, soft):
        known = scorer.evaluate(own)
        found = known.details()
        p = known.predictions
        names = demo.catalog.region[p.rows].tolist()
        rows = zip(p.analysis.tolist(), names, p.signal.tolist(), p.r_obs.tolist(), strict=True)
        ours = sorted((r.analysis, r.region, r.signal, r.r_obs) for r in found.results)
        for row, wanted in zip(ours, sorted(rows), strict=True):
            assert row[:2] == wanted[:2]
            assert_allclose(row[2:], wanted[2:], rtol=1e-9)
        assert all(r.topologies for r in found.results)
        plain, full = known.to_dict(), known.to_dict(details=True)
        assert full == plain | found.to_dict() and "results" not in plain
        assert found.coverage.produced[13.0] == pytest.approx(known.sections.sigma[:, -1].sum())
    assert {r.topologies for r in scorer.evaluate(model).details().results} >= {("T2",), ("T2tt",)}


def test_without_general_maps_there_is_k_and_a_reason(scorer: Scorer, demo: CompiledPredictor) -> None:
    older = copy(demo)
    older.meta = {name: value for name, value in demo.meta.items() if name != "graphs"}
    found = replace(scorer, predictor=older).evaluate(MODEL)
    values, why = described(found)
    assert found.K is not None and values == {"results": [], "coverage": None}
    assert len(why) == 1 and "compiled without the topologies" in why[0]
    with pytest.raises(ResultsError, match="in a universe"):
        replace(scorer, predictor=in_universe(demo, Universe(1))).evaluate(MODEL).details()

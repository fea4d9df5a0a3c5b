"""Maps read back as masses and values: the predictor looks up at a point of a map what is written there."""

from __future__ import annotations

import numpy as np
import pytest

from protomodels.errors import NotFoundError
from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.maps import EFFICIENCY, EXPECTED, OBSERVED, MapEntry, maps_of, read_map


def entries(demo: CompiledPredictor, analysis: str) -> list[MapEntry]:
    return maps_of(demo.arrays, demo.meta["chains"], demo.catalog, analysis)


def test_every_map_of_the_demo_is_there_once(demo: CompiledPredictor) -> None:
    found = [(a, e.label, e.what, e.topology) for a in demo.catalog.analyses for e in entries(demo, a)]
    limits = int((demo.arrays["map_limit_grids"] >= 0).sum())
    assert len(found) == len(set(found)) == limits + len(demo.arrays["map_block_rows"])
    assert {what for _, _, what, _ in found} == {OBSERVED, EXPECTED, EFFICIENCY}
    regions = {(a, label) for a, label, what, _ in found if what == EFFICIENCY}
    assert regions <= set(zip(demo.catalog.analysis.tolist(), demo.catalog.region.tolist(), strict=True))


def test_its_masses_are_those_of_two_equal_chains(demo: CompiledPredictor) -> None:
    for analysis in demo.catalog.analyses:
        for entry in entries(demo, analysis):
            found = read_map(demo.arrays, entry)
            assert found.masses.shape == (len(found.values), len(entry.slots))
            assert found.masses[:, 0] == pytest.approx(found.masses[:, 2], abs=1e-6), "both chains are the same"
            assert (found.masses >= 0.0).all() and np.isfinite(found.values).all()
            if entry.what == EFFICIENCY:
                assert (found.values >= 0.0).all() and (found.values <= 1.0).all()


def test_the_predictor_sees_at_a_point_what_the_map_says(demo: CompiledPredictor) -> None:
    """An oracle of another kind: the limit that a stop of just these masses meets."""
    compared = 0
    for analysis in demo.catalog.analyses:
        for entry in entries(demo, analysis):
            if entry.what != OBSERVED or entry.topology != "X → t MET, twice":
                continue
            found = read_map(demo.arrays, entry)
            for place in np.flatnonzero(
                (found.masses[:, 0] > found.masses[:, 1] + 200.0) & (found.masses[:, 1] > 10.0)
            )[::7]:
                stop, lsp = (round(float(m), 6) for m in found.masses[place, :2])
                model = ProtoModel({1000006: stop, 1000022: lsp}, {1000006: {(1000022, 6): 1.0}})
                seen = demo.predict(model)
                own = [row for row, at in enumerate(seen.rows.tolist()) if demo.catalog.analysis[at] == analysis]
                limits = [seen.limit_observed[row] for row in own if demo.catalog.is_ul[seen.rows[row]]]
                assert any(limit == pytest.approx(found.values[place], rel=1e-3) for limit in limits)
                compared += 1
    assert compared > 3


def test_an_analysis_that_is_none(demo: CompiledPredictor) -> None:
    with pytest.raises(NotFoundError, match="analysis"):
        entries(demo, "CMS-NOTHING")

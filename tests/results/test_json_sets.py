"""Sets of regions from pyhf JSONs: which file is used, and which are not combined."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from protomodels.predictor import load_results
from protomodels.results.catalog import CombinedRegions
from protomodels.results.compiled.file import JSON_FOLDER
from protomodels.results.compiled.json_sets import JsonSet, json_sets, make_json_set
from protomodels.results.info import set_notes
from protomodels.results.store import open_results
from protomodels.statistics.histfactory.document import json_regions
from protomodels.statistics.histfactory.full import full_likelihood
from protomodels.statistics.simplified import covariance_model

LISTED = [{"smodels": name, "pyhf": name, "type": "SR"} for name in ("SR1", "SR2")]


def document(widths: list[float]) -> dict[str, Any]:
    """Two regions with independent uncertainties."""

    def channel(name: str, width: float) -> dict[str, Any]:
        modifier = {"name": name, "type": "normsys", "data": {"hi": 1.0 + width / 20.0, "lo": 1.0 - width / 20.0}}
        return {"name": name, "samples": [{"name": "bkg", "data": [20.0], "modifiers": [modifier]}]}

    return {
        "channels": [channel(f"SR{i + 1}", width) for i, width in enumerate(widths)],
        "observations": [{"name": "SR1", "data": [24.0]}, {"name": "SR2", "data": [17.0]}],
        "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}],
    }


def info(simple: Any) -> Any:
    return SimpleNamespace(
        path="/somewhere/13TeV/ATLAS/A-eff/globalInfo.txt",
        jsons=[simple],
        jsonFiles={"simplified.json": LISTED},
        jsonFiles_FullLikelihood={"full.json": LISTED},
    )


def test_the_full_document_comes_before_the_simplified_one() -> None:
    whole = document([4.0, 4.0])
    (found,) = json_sets(info(document([1.0, 1.0])), {("A-eff", "full.json"): json.dumps(whole).encode()})
    assert (found.label, found.document, found.missing) == ("full.json", whole, "")
    (alone,) = json_sets(info(document([1.0, 1.0])), {("B-eff", "full.json"): b"{}"})
    assert (alone.label, alone.missing) == ("simplified.json", "full.json")


def test_backgrounds_narrower_than_published_are_not_combined(tmp_path: Path) -> None:
    published = {"SR1": (20.0, 4.0), "SR2": (20.0, 4.0)}
    names, _, about = make_json_set(JsonSet("full.json", document([4.0, 4.0]), LISTED), published, tmp_path)
    assert names == ["SR1", "SR2"] and about["published"]["width"] == pytest.approx(1.0, abs=0.05)
    assert json.loads((tmp_path / about["json"]).read_text()) == document([4.0, 4.0])
    narrow = JsonSet("simplified.json", document([1.5, 1.5]), LISTED, "full.json")
    with pytest.raises(ValueError, match=r"0\.38 of the published ones.*full\.json is missing"):
        make_json_set(narrow, published, tmp_path)
    with pytest.raises(ValueError, match="missing in the database"):
        make_json_set(JsonSet("full.json", None, LISTED), published, tmp_path)


def test_a_fitted_form_is_for_its_own_data() -> None:
    model = covariance_model([24.0, 17.0], [20.0, 20.0], np.diag([16.0, 16.0]))
    fitted = replace(model, center=model.center + 1.0)
    entry = CombinedRegions(np.arange(2), model, "json", fitted=fitted)
    assert entry.likelihood is fitted
    for observed in ([20.0, 20.0], [24.0, 17.0]):
        other = entry.with_data(np.array(observed))
        assert other.likelihood is other.model, "even where drawn data are the published ones by chance"
        assert other.model.observed.tolist() == observed


def test_notes_say_what_is_off() -> None:
    assert not set_notes({"kind": "covariance"})
    fine = {"difference": {"spread": 0.09}, "published": {"shift": 0.3, "width": 1.0, "shift_after": 0.4}}
    assert not set_notes(fine)
    other = {"published": {"shift": 4.4, "width": 1.3, "shift_after": 0.1}, "one_nuisance": True}
    assert ["after a fit to the signal regions" in note for note in set_notes(other)] == [True, False]


ANALYSES = {"ATLAS-SUSY-2018-31-eff", "ATLAS-SUSY-2018-32-eff"}


def test_published_sets_count_their_data_once(
    tmp_path: Path, real: Callable[[str], Path], extract: Callable[..., Path]
) -> None:
    """The full files of one analysis are used, and agree with published backgrounds; of the other there is none."""
    archive = real("smodels-3.0.0.tar.xz")
    folder = extract(archive, tmp_path, lambda path: len(path.parts) < 4 or path.parts[3] in ANALYSES)
    found = open_results(str(folder))
    sets = {entry["label"]: entry for entry in found.sets}
    assert set(sets) == {"BkgOnlyA.json", "BkgOnlyB.json", "BkgOnlyC.json"}
    assert ["signal regions, too" in reason for reason in found.not_combined.values()] == [True]
    catalog = load_results(str(folder)).catalog
    by_label = dict(zip(sets, (catalog.combined[row] for row in sorted(catalog.combined)), strict=True))
    for label, behind in by_label.items():
        b, delta = catalog.background[behind.rows], catalog.delta[behind.rows]
        assert np.abs((behind.model.center - b) / delta).max() < 0.5
        assert np.median(np.sqrt(np.diag(np.linalg.inv(behind.model.weight))) / delta) == pytest.approx(1.0, abs=0.15)
        entry = sets[label]
        spec = json.loads((Path(found.file).parent / JSON_FOLDER / entry["json"]).read_text())
        full = full_likelihood(json_regions(spec, entry["listed"]))
        for region, size in enumerate(np.sqrt(b + delta**2)):
            signal = np.where(np.arange(len(b)) == region, size, 0.0)
            ours = behind.likelihood.log_likelihood_ratio(signal, MU)
            np.testing.assert_allclose(ours, full.log_likelihood_ratio(signal, MU), atol=0.1)


MU = [0.5, 1.0, 2.0]

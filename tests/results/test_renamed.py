"""Text with the tags of SModelS 3.2 gives what the same text with those of SModelS 3.1 gives."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protomodels.cache import cache_directory
from protomodels.errors import ResultsError
from protomodels.results.archive import read_text
from protomodels.results.compiled.container import read_arrays
from protomodels.results.demo import ARCHIVE
from protomodels.results.renamed import covariance_files, in_older_tags
from protomodels.results.store import open_results

SETS = """\
regionMappings: {
  'one': {'smodels': 'SR1', 'pyhf': 'bin1'},  # a comment
  'SR2': {'pyhf': 'bin2', 'onnx': 'out2'},
  'top': {'type': 'CR', 'pyhf': 'CRtop'},
  'SR3': 'SR3'
}
regionSets: {'A': ['one', 'SR2', 'top'], 'B': ['SR3']}
"""
"""As SModelS 3.2 writes them."""


def text(*lines: str, **files: bytes) -> list[tuple[str, bytes]]:
    """An analysis with three regions, lines of its globalInfo.txt, and files beside it."""
    found = [(f"13TeV/CMS/A/SR{i}/dataInfo.txt", f"dataId: SR{i}\n".encode()) for i in (1, 2, 3)]
    found += [(f"13TeV/CMS/A/{name.replace('_', '.')}", content) for name, content in files.items()]
    return [("13TeV/CMS/A/globalInfo.txt", "\n".join(["id: A", *lines, "lumi: 1/fb", ""]).encode()), *found]


def older(*lines: str, **files: bytes) -> dict[str, str]:
    """Tags of such an analysis after the translation."""
    entries, refused = in_older_tags(text(*lines, **files))
    assert not refused
    statements = dict(entries)["13TeV/CMS/A/globalInfo.txt"].decode().splitlines()
    tags = dict(line.split(": ", 1) for line in statements)
    assert tags.pop("id") == "A" and tags.pop("lumi") == "1/fb"
    return tags


def values(tags: dict[str, str]) -> dict[str, Any]:
    return {tag: eval(value, {}) for tag, value in tags.items()}  # noqa: S307 - our own text, read as SModelS does


A = [
    {"smodels": "SR1", "pyhf": "bin1", "type": "SR"},
    {"smodels": "SR2", "pyhf": "bin2", "type": "SR"},
    {"smodels": None, "pyhf": "CRtop", "type": "CR"},
]
B = [{"smodels": "SR3", "pyhf": "SR3", "type": "SR"}]


def test_likelihoods_become_json_files() -> None:
    of_a = "[('onnx', 'a.onnx'), ('pyhf', 'a.json'), ('full_pyhf', 'f.json')]"
    models = f"statModels: {{'A': {of_a}, 'B': [('full_pyhf', 'b.json')]}}"
    found = values(older(SETS, models, "jsonFiles: {'of before': ['SR1']}"))
    assert found == {"jsonFiles": {"a.json": A, "b.json": B}, "jsonFiles_FullLikelihood": {"f.json": A}}


def test_a_covariance_is_taken_out_of_its_file() -> None:
    lines = ("regionSets: {'all': ['SR3', 'SR1']}", "statModels: {'all': [('sl', 'all.cov')]}")
    found = values(older(*lines, all_cov=b"[[4.0, 1.0],\n [1.0, 9]]\n"))
    assert found == {"covariance": [[4.0, 1.0], [1.0, 9]], "datasetOrder": ["SR3", "SR1"]}


@pytest.mark.parametrize(
    ("models", "reason"),
    [
        ("{'A': [('onnx', 'a.onnx')]}", r"its likelihood is a neural network only \(a\.onnx\)"),
        ("{'A': [('sl', 'a.cov')]}", r"the covariance a\.cov is missing in the database"),
        ("{'B': [('pyhf', 'b.json')], 'A': [('sl', 'a.cov'), ('pyhf', 'a.json')]}", "not the only likelihood"),
        ("{'B': [('pyhf', 'a.json')], 'A': [('pyhf', 'a.json')]}", "of another set, too"),
    ],
)
def test_what_older_tags_cannot_say_is_not_combined(models: str, reason: str) -> None:
    refused = values(older(SETS, f"statModels: {models}"))["notCombined"]
    assert list(refused) == ["A"] and re.search(reason, refused["A"])


def test_a_set_of_regions_that_are_not_there_is_not_combined() -> None:
    sets = "regionSets: {'A': ['SR1', 'SR9'], 'B': ['SR2']}"
    found = values(older(sets, "statModels: {'A': [('pyhf', 'a.json')], 'B': [('pyhf', 'b.json')]}"))
    assert found["notCombined"] == {"A": "the database lacks its regions SR9"}
    assert list(found["jsonFiles"]) == ["b.json"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["statModels: {'A': []}"], "regionSets is missing"),
        (["regionSets: {}", "statModels: {'A': []}"], "A is no list of regions"),
        ([SETS, "statModels: {'A': [('magic', 'a.txt')]}"], "'magic' of A is none of sl, pyhf, full_pyhf, onnx"),
        ([SETS, "statModels: {'A': ['a.json']}"], "no \\(kind, file\\)"),
        (
            ["regionMappings: {}", "regionSets: {'A': ['SR1']}", "statModels: {'A': []}"],
            "'SR1' is not in regionMappings",
        ),
        (["regionSets: {'A': ['SR1']}", "statModels: {'A': [('sl', 'a.cov')]}"], "no matrix of 1 times 1"),
        (["regionSets: {'A': [SR1]}", "statModels: {'A': []}"], "regionSets is no Python dict"),
        (["regionSets: " + "[" * 300, "statModels: {'A': []}"], "regionSets is no Python dict"),
    ],
)
def test_tags_that_contradict_themselves_leave_the_analysis_out(lines: list[str], reason: str) -> None:
    _, refused = in_older_tags(text(*lines, a_cov=b"[[1.0, 2.0]]"))
    assert list(refused) == ["13TeV/CMS/A"] and re.search(reason, refused["13TeV/CMS/A"])


def test_text_of_before_stays_as_it_is() -> None:
    entries = text("comment: nothing of regionSets", "jsonFiles: {'a.json': ['SR1']}")
    assert in_older_tags(entries) == (entries, {})


def test_a_hash_that_begins_no_comment_takes_no_line_along() -> None:
    """SModelS 3.1 cuts there and would go on with the next line after the backslash."""
    entries, _ = in_older_tags(text(r"url: https://cms.cern/results\#fig"))
    assert b"results#fig\nlumi" in dict(entries)["13TeV/CMS/A/globalInfo.txt"]
    assert older(SETS, r"url: https://cms.cern/results\#fig", "statModels: {}") == {"url": "https://cms.cern/results"}


def test_covariances_come_in_and_other_lists_do_not(tmp_path: Path) -> None:
    lines = ("regionSets: {'A': ['SR1']}", "statModels: {'A': [('sl', 'a.txt')], 'B': [('sl', '../b.cov')]}")
    entries = text(*lines, a_txt=b"[[1.0]]", other_txt=b"notes", other_cov=b"[[2.0]]")
    assert covariance_files(entries) == {"13TeV/CMS/A/a.txt", "13TeV/CMS/A/../b.cov"}
    for path, content in entries:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert {path for path, _ in read_text(tmp_path)} == {path for path, _ in entries if "other" not in path}


JSON_ANALYSIS, COVARIANCE_ANALYSIS = "ATLAS-DEMO-2016-01", "CMS-DEMO-2016-02"
NAMES = [f"synthetic_SR{i}" for i in (1, 2, 3, 4)]
COVARIANCE = [[900.0, 100.0, 0.0], [100.0, 400.0, 50.0], [0.0, 50.0, 225.0]]
ORDER = [NAMES[i] for i in (2, 0, 1)]
LISTED = [
    {"smodels": NAMES[0], "pyhf": "bin1", "type": "SR"},
    {"smodels": NAMES[1], "pyhf": "bin2", "type": "SR"},
]
SPELLINGS = {
    "3.1": (
        f"jsonFiles: {{'sets.json': {LISTED}}}\n",
        f"datasetOrder: {ORDER}\ncovariance: {COVARIANCE}\n",
    ),
    "3.2": (
        f"regionMappings: {{'one': {LISTED[0]},\n  'two': {LISTED[1]},\n  'four': '{NAMES[3]}'}}\n"
        "regionSets: {'A': ['one', 'two'], 'N': ['four']}\n"
        "statModels: {'A': [('pyhf', 'sets.json')], 'N': [('onnx', 'n.onnx')]}\n",
        f"regionSets: {{'all': {ORDER}}}\nstatModels: {{'all': [('sl', 'all.cov')]}}\n",
    ),
}


def _document(analysis: Path) -> dict[str, Any]:
    """A pyhf JSON of its first two regions, with the published backgrounds."""
    channels, observations = [], []
    for entry in LISTED:
        lines = (analysis / str(entry["smodels"]) / "dataInfo.txt").read_text().splitlines()
        data = dict(line.split(": ", 1) for line in lines)
        b, width = float(data["expectedBG"]), float(data["bgError"])
        size = {"hi": 1.0 + width / b, "lo": 1.0 - width / b}
        modifier = {"name": entry["pyhf"], "type": "normsys", "data": size}
        samples = [{"name": "bkg", "data": [b], "modifiers": [modifier]}]
        channels.append({"name": entry["pyhf"], "samples": samples})
        observations.append({"name": entry["pyhf"], "data": [float(data["observedN"])]})
    measurements = [{"name": "m", "config": {"poi": "mu", "parameters": []}}]
    return {"channels": channels, "observations": observations, "measurements": measurements, "version": "1.0.0"}


def test_both_spellings_compile_to_the_same_results(
    tmp_path: Path, extract: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "kernels").symlink_to(cache_directory() / "kernels")  # machine code is not made again
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path / "cache"))
    found = {}
    for spelling, additions in SPELLINGS.items():
        folder = extract(ARCHIVE, tmp_path / spelling)
        analyses = {path.parent.name: path.parent for path in folder.rglob("globalInfo.txt")}
        for name, path in analyses.items():
            if name not in {JSON_ANALYSIS, COVARIANCE_ANALYSIS}:
                shutil.rmtree(path)
        for name, addition in zip((JSON_ANALYSIS, COVARIANCE_ANALYSIS), additions, strict=True):
            with (analyses[name] / "globalInfo.txt").open("a") as info:
                info.write(addition)
        (analyses[JSON_ANALYSIS] / "sets.json").write_text(json.dumps(_document(analyses[JSON_ANALYSIS])))
        if spelling == "3.2":
            (analyses[COVARIANCE_ANALYSIS] / "all.cov").write_text(repr(COVARIANCE))
        found[spelling] = open_results(str(folder))
    before, now = found["3.1"], found["3.2"]
    assert before.left_out == now.left_out == {} and before.fingerprint != now.fingerprint
    assert [(entry["analysis"], entry["kind"]) for entry in now.sets] == [
        (JSON_ANALYSIS, "json"),
        (COVARIANCE_ANALYSIS, "covariance"),
    ]
    assert now.sets == before.sets
    network = {f"{JSON_ANALYSIS} N": "its likelihood is a neural network only (n.onnx)"}
    assert before.not_combined == {} and now.not_combined == network
    arrays = {spelling: read_arrays(Path(info.file))[0] for spelling, info in found.items()}
    assert arrays["3.1"].keys() == arrays["3.2"].keys()
    for name, expected in arrays["3.1"].items():
        np.testing.assert_array_equal(arrays["3.2"][name], expected, err_msg=name)


def test_text_of_which_nothing_is_left_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path / "cache"))
    for path, content in text("statModels: {'A': []}"):
        (tmp_path / "db" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "db" / path).write_bytes(content)
    with pytest.raises(ResultsError, match=r"13TeV/CMS/A \(regionSets is missing beside statModels\)"):
        open_results(str(tmp_path / "db"))

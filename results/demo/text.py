"""The demo universe as files of a SModelS text database; every description in them says SYNTHETIC."""

from __future__ import annotations

import json

import numpy as np

from protomodels.results.demo import hidden
from protomodels.results.demo.analyses import ANALYSES, Analysis, combinable_pairs
from protomodels.results.demo.shapes import TOPOLOGIES
from protomodels.results.demo.universe import SEED, LimitMap, Point, Region, hidden_point, limit_maps, regions, streams

ROOT = "synthetic-demo-1"
"""The one folder of the archive, and the version of the database."""
# the command's name of version 0.1.0, on purpose: the note lies in the archive, whose fingerprint is in stored runs
NOTE = (
    "SYNTHETIC demo results: made by python -m predictor.demo.make from formulas and a random generator;"
    " nothing in them was measured by any experiment"
)


def database_files() -> tuple[dict[str, str], dict[str, object]]:
    """Text by path in the archive, and the content of ``hidden.json``."""
    rngs = streams()
    files = {f"{ROOT}/version": f"{ROOT}\n", f"{ROOT}/README.rst": f"{NOTE}.\n"}
    signals: list[dict[str, object]] = []
    for analysis in ANALYSES:
        folder = f"{ROOT}/{analysis.sqrts}TeV/{analysis.experiment}/{analysis.id}"
        files[f"{folder}/globalInfo.txt"] = _global_info(analysis)
        rng = rngs[analysis.id]
        if analysis.kind == "EM":
            _add_regions(files, signals, folder, analysis, rng)
        else:
            _add_maps(files, signals, folder, analysis, rng)
    truth = {"note": NOTE, **hidden.as_json(), "seed": SEED, "signals": signals}
    return files, truth


def combinable_table() -> dict[str, object]:
    """The content of ``combinable.json``."""
    rule = "pairs of one experiment and sqrt(s) that select other numbers of leptons or of b-jets"
    return {"note": f"{NOTE}; {rule}", "pairs": combinable_pairs()}


def to_json(content: dict[str, object]) -> str:
    """Indented JSON that ends in a newline."""
    return json.dumps(content, indent=1) + "\n"


def _add_regions(
    files: dict[str, str],
    signals: list[dict[str, object]],
    folder: str,
    analysis: Analysis,
    rng: np.random.Generator,
) -> None:
    for region in regions(analysis, rng):
        files[f"{folder}/{region.name}/dataInfo.txt"] = _data_info(region)
        for name, values in region.efficiencies.items():
            files[f"{folder}/{region.name}/{name}.txt"] = _header(name) + _table("efficiencyMap", values, "")
        if region.signal > 0.0:
            signals.append(_signal(analysis, region.name, "events", region.signal))


def _add_maps(
    files: dict[str, str],
    signals: list[dict[str, object]],
    folder: str,
    analysis: Analysis,
    rng: np.random.Generator,
) -> None:
    files[f"{folder}/data/dataInfo.txt"] = "dataId: None\ndataType: upperLimit\ncomment: synthetic limits\n"
    for limits in limit_maps(analysis, rng):
        name = limits.topology
        files[f"{folder}/data/{name}.txt"] = _header(name) + _limits(limits, analysis.kind == "UL+expected")
        if hidden_point(name) is not None:
            signals.append(_signal(analysis, name, "fb", hidden.topology_sigma(name, analysis.sqrts)))


def _signal(analysis: Analysis, region: str, unit: str, value: float) -> dict[str, object]:
    return {"analysis": analysis.id, "region": region, unit: round(value, 3)}


def _global_info(analysis: Analysis) -> str:
    lines = (
        f"id: {analysis.id}",
        f"sqrts: {analysis.sqrts:.1f}*TeV",
        f"lumi: {analysis.lumi:.1f}/fb",
        f"prettyName: {analysis.title}",
        "publication: none, these results are synthetic",
        "contact: synthetic demo of the protomodels program",
        "implementedBy: synthetic demo maker",
        "lastUpdate: 2026/1/1",
        f"comment: {NOTE}",
    )
    return "\n".join(lines) + "\n"


def _data_info(region: Region) -> str:
    lines = (
        f"dataId: {region.name}",
        "dataType: efficiencyMap",
        f"observedN: {region.observed}",
        f"expectedBG: {region.background:.2f}",
        f"bgError: {region.uncertainty:.2f}",
        f"upperLimit: {region.upper_limit:.3E}*fb",
        f"expectedUpperLimit: {region.expected_upper_limit:.3E}*fb",
        "comment: synthetic counts",
    )
    return "\n".join(lines) + "\n"


def _header(name: str) -> str:
    topology = TOPOLOGIES[name]
    lines = (
        f"txName: {name}",
        f"constraint: {topology.constraint}",
        f"condition: {topology.condition}",
        "conditionDescription: None",
        "source: synthetic",
        "validated: True",
        "axes: [[x, y], [x, y]]",
        "finalState: ['MET', 'MET']",
    )
    return "\n".join(lines) + "\n"


def _limits(limits: LimitMap, publish_expected: bool) -> str:
    text = _table("upperLimits", limits.observed, "*fb")
    if publish_expected:
        text += _table("expectedUpperLimits", limits.expected, "*fb")
    return text


def _table(tag: str, values: dict[Point, float], unit: str) -> str:
    rows = (
        f"[[[{m:.1f}*GeV,{x:.1f}*GeV],[{m:.1f}*GeV,{x:.1f}*GeV]],{value:.3E}{unit}]" for (m, x), value in values.items()
    )
    return f"{tag}: [" + ",\n".join(rows) + "]\n"

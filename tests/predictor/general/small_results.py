"""A database of SModelS's format with one result of each kind, small enough to be read in a second."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path

PARTICLES = """
from smodels.base.particle import Particle
from smodels.experiment.defaultFinalStates import finalStates as standard
from smodels.base.model import Model
Zprime = Particle(label='Zprime', isSM=False, eCharge=0, colordim=1, spin=1)
finalStates = Model(SMparticles=standard.SMparticles[:], BSMparticles=standard.BSMparticles + [Zprime])
"""

INFO = """id: {name}
sqrts: {sqrts}*TeV
lumi: 36.0/fb
url: https://example.org/{name}
type: {kind}
"""

REGION = """dataType: efficiencyMap
dataId: {name}
observedN: 7
expectedBG: 5.5
bgError: 1.2
upperLimit: 2.5E-01*fb
expectedUpperLimit: 2.0E-01*fb
"""


def _masses(branches: Iterable[Iterable[float]]) -> str:
    return "[" + ",".join("[" + ",".join(f"{m:.1f}*GeV" for m in branch) + "]" for branch in branches) + "]"


def _pairs(steps: int = 2) -> list[tuple[str, float]]:
    """Two equal branches of some masses: mothers from 100 to 1500 GeV, daughters far and near."""
    out = []
    for mother in (100.0, 300.0, 600.0, 1000.0, 1500.0):
        for share in (0.0, 0.3, 0.6, 0.95):
            chain = [mother - (mother - share * mother) * i / (steps - 1) for i in range(steps)]
            value = 0.02 + 0.3 * (1.0 - share) * mother / (mother + 400.0)
            out += [(_masses([chain, chain]), value)]
    return out


def _unequal() -> list[tuple[str, float]]:
    grid = product((200.0, 450.0, 900.0), (200.0, 450.0, 900.0), (0.0, 150.0))
    return [(_masses([[a, m], [b, m]]), 0.05 + (a + 2 * b) / 1e4 + m / 1e3) for a, b, m in grid]


def _lifetimes(pattern: str) -> list[tuple[str, float]]:
    """``pattern`` with {m}, {n} for masses and {w} for a width."""
    grid = product((100.0, 400.0, 1000.0), (0.2, 1.0), (1e-19, 1e-18, 1e-17, 1e-16, 1e-15))
    return [
        (
            pattern.format(m=f"{m:.1f}*GeV", n=f"{share * m:.1f}*GeV", w=f"{w:.3e}*GeV"),
            0.1 + share * m / 4e3 + 1e15 * w / 20,
        )
        for m, share, w in grid
    ]


def _text(name: str, constraint: str, points: list[tuple[str, float]], kind: str, more: str = "") -> str:
    unit = "" if kind == "efficiencyMap" else "*fb"
    scale = 1.0 if kind == "efficiencyMap" else 40.0
    listed = ",".join(f"[{point},{scale * value:.6g}{unit}]" for point, value in points)
    head = f"txName: {name}\nconstraint: {constraint}\ncondition: None\n{more}source: none\nvalidated: True\n"
    text = f"{head}{kind}: [{listed}]\n"
    if kind == "upperLimits":
        expected = ",".join(f"[{point},{1.1 * scale * value:.6g}*fb]" for point, value in points)
        text += f"expectedUpperLimits: [{expected}]\n"
    return text


def write_results(folder: Path) -> Path:
    """The database below a folder."""
    top = folder / "small"
    top.mkdir(parents=True)
    (top / "version").write_text("small\n")
    (top / "databaseParticles.py").write_text(PARTICLES)
    three = _pairs(3)
    _limits(
        top / "13TeV" / "ATLAS" / "ATLAS-TEST-01",
        _text("T2", "[[['jet']],[['jet']]]", _pairs(), "upperLimits"),
        _text("TChiWZ", "[[['W']],[['Z']]]", _unequal(), "upperLimits"),
        _text("TSlep", "[[['e+']],[['e-']]]+2.*[[['mu+']],[['mu-']]]", _pairs(), "upperLimits"),
        _text("T6Long", "[[['jet'],['W']],[['jet'],['W']]]", three, "upperLimits"),
    )
    _regions(
        top / "13TeV" / "CMS" / "CMS-TEST-02-eff",
        "prompt",
        _text("T1", "[[['jet','jet']],[['jet','jet']]]", _pairs(), "efficiencyMap"),
        _text("T2", "[[['jet']],[['jet']]]", _pairs(), "efficiencyMap"),
        _text("T6WW", "[[['jet'],['W']],[['jet'],['W']]]", three, "efficiencyMap"),
        _text("TChiWZ", "[[['W']],[['Z']]]", _unequal(), "efficiencyMap"),
    )
    mapped = "dataMap: {0: (1, 'mass', GeV), 1: (2, 'mass', GeV)}\n"
    stay = "finalState: ['HSCP','HSCP']\n"
    _regions(
        top / "8TeV" / "CMS" / "CMS-TEST-03-eff",
        "prompt",
        _text("THSCP", "[[],[]]", _lifetimes("[[({m},{w})],[({m},{w})]]"), "efficiencyMap", stay),
        _text(
            "THSCPIncl", "[['*'],[]]", _lifetimes("['*',[({m},{w})]]"), "efficiencyMap", "finalState: ['MET','HSCP']\n"
        ),
        _text(
            "THSCPStep",
            "[[['anySM']],[['anySM']]]",
            _lifetimes("[[{m},({n},{w})],[{m},({n},{w})]]"),
            "efficiencyMap",
            stay,
        ),
    )
    _regions(
        top / "13TeV" / "CMS" / "CMS-TEST-04-eff",
        "displaced",
        _text(
            "TDTM",
            "[[['*anySM']],[['*anySM']]]",
            _lifetimes("[[({m},{w}),{n}],[({m},{w}),{n}]]"),
            "efficiencyMap",
            "intermediateState: [['C1'],['C1']]\n",
        ),
        _text(
            "TDTM2",
            "[[['*anySM']],[]]",
            _lifetimes("[[({m},{w}),{n}],[{n}]]"),
            "efficiencyMap",
            "intermediateState: [['C1'],[]]\n",
        ),
    )
    _regions(
        top / "13TeV" / "ATLAS" / "ATLAS-TEST-06-eff",
        "displaced",
        _text(
            "TDisp",
            "[[['jet','jet']],[['jet','jet']]]",
            _lifetimes("[[({m},{w}),{n}],[({m},{w}),{n}]]"),
            "efficiencyMap",
            "Leff_inner: 0.001\nLeff_outer: 12.0\n",
        ),
    )
    resonance = [
        (f"[{m:.1f}*GeV,{x:.1f}*GeV,{x:.1f}*GeV]", 0.01 + m / 1e5)
        for m in (300.0, 1000.0, 3000.0)
        for x in (1.0, 0.2 * m, 0.45 * m)
    ]
    wide = [
        (f"[{m:.1f}*GeV,{share * m:.2f}*GeV]", 0.02 + m / 2e5 + share / 10)
        for m in (300.0, 1000.0, 3000.0)
        for share in (0.0, 0.05, 0.3)
    ]
    _limits(
        top / "13TeV" / "CMS" / "CMS-TEST-05",
        _text(
            "TRV1",
            "{(PV > Zprime(1)), (Zprime(1) > MET(2),MET(3))}",
            resonance,
            "upperLimits",
            "dataMap: {0: (1, 'mass', GeV), 1: (2, 'mass', GeV), 2: (3, 'mass', GeV)}\n",
        ),
        _text(
            "TRV2",
            "{(PV > Zprime(1)), (Zprime(1) > jet(2),jet(3))}",
            wide,
            "upperLimits",
            "dataMap: {0: (1, 'mass', GeV), 1: (1, 'totalwidth', GeV)}\n",
        ),
        _text(
            "TRPV",
            "{(PV > anyBSM(1),anyBSM(2)), (anyBSM(1) > jet(3),jet(4),jet(5)), (anyBSM(2) > jet(6),jet(7),jet(8))}",
            [(f"[{m:.1f}*GeV,{m:.1f}*GeV]", m / 9e3) for m in (100.0, 500.0, 1500.0)],
            "upperLimits",
            mapped,
        ),
    )
    return top


def _limits(folder: Path, *texts: str) -> None:
    sqrts = folder.parts[-3].removesuffix("TeV")
    (folder / "data").mkdir(parents=True)
    (folder / "globalInfo.txt").write_text(INFO.format(name=folder.name, sqrts=sqrts, kind="prompt"))
    (folder / "data" / "dataInfo.txt").write_text("dataType: upperLimit\ndataId: None\n")
    _topologies(folder / "data", texts)


def _regions(folder: Path, kind: str, *texts: str) -> None:
    sqrts = folder.parts[-3].removesuffix("TeV")
    folder.mkdir(parents=True)
    info = INFO.format(name=folder.name.removesuffix("-eff"), sqrts=sqrts, kind=kind)
    (folder / "globalInfo.txt").write_text(info)
    for region in ("low", "high"):
        (folder / region).mkdir()
        (folder / region / "dataInfo.txt").write_text(REGION.format(name=region))
        _topologies(folder / region, texts if region == "low" else texts[:2])


def _topologies(folder: Path, texts: Iterable[str]) -> None:
    for text in texts:
        if text:
            name = text.split("\n", 1)[0].removeprefix("txName: ")
            (folder / f"{name}.txt").write_text(text)

"""Sets of regions whose signal comes from beside the plane of a map's points: what is it worth?

python -m benchmarks.today.off_plane [--release 3.0.0] [--storage URL] [--models FILE ...] [--to FOLDER]

Maps with equal branches have points in a plane of their masses.  For unequal branches SModelS takes the efficiency at
the projection where its estimate of the error is below 5%, and none elsewhere: it judges each region alone, so that
one region of an analysis may get a signal and the others none.  ln L ratios, from the literature, of the signals as
they are accepted, of those on the plane only, and of all with the efficiencies at the projections in every region.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from smodels.base.physicsUnits import GeV, fb
from smodels.decomposition import decomposer
from smodels.matching.theoryPrediction import theoryPredictionsFor

from benchmarks.common import machine
from benchmarks.independent.published import published_set, texts_of
from benchmarks.independent.set_ratios import from_literature
from benchmarks.paper.output import Page
from benchmarks.today.oracle import asked, models_of
from protomodels.predictor.loading import load_oracle
from protomodels.predictor.translation import to_smodels
from protomodels.scoring.evaluation import Evaluation
from protomodels.settings import MASS_GAP, SIGMACUT

Floats = NDArray[np.float64]
FAR: Final = 1.0
"""GeV off the plane: less is rounding."""


@dataclass(frozen=True)
class Signals:
    """Events in the n regions of a set.

    Attributes
    ----------
    names: of the regions.
    accepted, on_plane, everywhere: as SModelS has them; without what lies off the plane; with that in every region.
    variance: b + delta^2 of each region.
    regions: how many regions have a signal from off the plane.
    farthest: distance from the plane, GeV.
    """

    names: list[str]
    accepted: Floats
    on_plane: Floats
    everywhere: Floats
    variance: Floats
    regions: int
    farthest: float

    def shares(self) -> tuple[float, float]:
        """The part of the signal that lies off the plane: by events, and weighted with s / (b + delta^2)."""
        off, weight = self.accepted - self.on_plane, self.accepted / self.variance
        return float(off.sum() / self.accepted.sum()), float(weight @ off / (weight @ self.accepted))


def main() -> None:
    """A row for each such set in the best combination of a winner."""
    given = asked(__doc__)
    archive, scored = models_of(given)
    database, texts = load_oracle(archive)._database, texts_of(Path(archive))
    rows = []
    for name, evaluation in scored:
        for analysis, signals in sets_of(evaluation, database):
            regions = published_set(texts, analysis, signals.names)
            rows.append([name, evaluation.K, analysis, *_numbers(signals)])
            rows[-1] += [
                from_literature(regions, one) for one in (signals.accepted, signals.on_plane, signals.everywhere)
            ]
    command = f"python -m benchmarks.today.off_plane --release {given.release}"
    page = Page(f"off-plane-{given.release}", command, given.to)
    page.say(
        "Sets of regions (covariances) in best combinations with signals from unequal branches, which their maps do "
        "not have: ln L ratio of the signal as SModelS accepts it, without these, and with these in every region, at "
        f"mu-hat; {machine()}."
    )
    counts = ["accepted in regions", "GeV off the plane", "events", "without", "everywhere", "share off", "weighted"]
    page.table(["winner", "K", "analysis", *counts, "ln L ratio", "without", "everywhere"], rows)
    page.say(
        "*share off*: part of the events that lies off the plane, as the guard on edges counts it; *weighted*: the "
        "same with the weight s / (b + delta^2) of each region."
    )
    page.write()


def _numbers(signals: Signals) -> list[object]:
    events = [float(one.sum()) for one in (signals.accepted, signals.on_plane, signals.everywhere)]
    return [f"{signals.regions} of {len(signals.names)}", f"{signals.farthest:.0f}", *events, *signals.shares()]


def sets_of(evaluation: Evaluation, database: Any) -> Iterator[tuple[str, Signals]]:
    """The sets with a covariance among the members that have a signal from off a plane, with SModelS's signals."""
    model = to_smodels(evaluation.model, evaluation.sections)
    topologies = decomposer.decompose(model, SIGMACUT * fb, minmassgap=MASS_GAP * GeV)
    members = {entry.analysis for entry in evaluation.contributions}
    for result in database.expResultList:
        name = str(result.globalInfo.id)
        if name not in members or not hasattr(result.globalInfo, "covariance"):
            continue
        database.selectExpResults(analysisIDs=[name])
        try:
            found = theoryPredictionsFor(database, topologies, useBestDataset=False, combinedResults=False)
        finally:
            database.selectExpResults()
        signals = _signals(result, [p for p in found if p.dataType() == "efficiencyMap"], evaluation.mu_hat or 0.0)
        if signals.regions:
            yield name, signals


def _signals(result: Any, found: list[Any], mu: float) -> Signals:
    data = {str(dataset.getID()): dataset for dataset in result.origdatasets}
    order = result.globalInfo.datasetOrder
    listed = [str(name) for name in ([order] if isinstance(order, str) else order)]
    # some carry their analysis before a colon
    names = [name if name in data else name.rpartition(":")[2] for name in listed]
    scale = mu * result.globalInfo.lumi.asNumber(1 / fb)
    accepted, off = np.zeros(len(names)), np.zeros(len(names))
    beside: dict[tuple[str, str], tuple[list[float], float]] = {}
    farthest = 0.0
    for prediction in found:
        place = names.index(str(prediction.dataset.getID()))
        accepted[place] = prediction.xsection.asNumber(fb) * scale
        for sms in prediction.smsList:
            point = sms.txname.getDataFromSMS(sms)
            distance = _place(sms.txname, point)[1]
            if distance > FAR:
                events = sms.weight.asNumber(fb) * scale
                off[place] += events
                beside[(sms.txname.txName, str(sms))] = (point, events / sms.eff)
                farthest = max(farthest, distance)
    everywhere = accepted - off
    for (topology, _), (point, produced) in beside.items():
        for place, name in enumerate(names):
            maps = [one for one in data[name].txnameList if one.txName == topology]
            everywhere[place] += sum(_place(one, point)[0] for one in maps) * produced
    variance = np.array([data[name].dataInfo.expectedBG + data[name].dataInfo.bgError ** 2 for name in names])
    return Signals(names, accepted, accepted - off, everywhere, variance, int((off > 0.0).sum()), farthest)


def _place(txname: Any, point: list[float]) -> tuple[float, float]:
    """The efficiency of a map at the projection of a point on its plane, 0 outside, and the distance from it, GeV."""
    data = txname.txnameData
    moved = np.array(data.PCAtransf(point), dtype=np.float64)
    value = float(data.interpolate(moved[: data.dimensionality]))
    return (value if value > 0.0 else 0.0), float(np.linalg.norm(moved[data.dimensionality :]))


if __name__ == "__main__":
    main()

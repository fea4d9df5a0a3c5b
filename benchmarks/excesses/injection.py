"""Is a full spectrum that is there found as a cluster?

    python -m benchmarks.excesses.injection [--models 3000] [--universes 10] [--slice electroweak]

In each universe another random point of the slice is injected: one that at least two orthogonal analyses are expected
to exclude with CLs below 0.005, so that there is an excess to be found.  One scan of other random points judges all of
these universes.  A point counts as found where a cluster of selected models holds its masses: each mass that the
cluster names within its 5% to 95% range, widened by 15% at both ends.  The answer is also written to
docs/reproduction/small-excesses-injection.md; after a kill the same command goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.common import machine
from benchmarks.excesses.kept import DEFAULT, Kept
from benchmarks.excesses.scanning import scanned
from benchmarks.paper.output import Page
from benchmarks.spectra.asking import NEWEST
from protomodels.campaign.excesses.clusters.describing import Cluster, described
from protomodels.campaign.excesses.clusters.features import masses_behind, model_features
from protomodels.campaign.excesses.clusters.finding import by_size, labels_of, smallest_cluster, stability
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.injection import world_with_spectrum
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.recording import Recorder
from protomodels.campaign.excesses.selection import Model, Seen
from protomodels.campaign.excesses.sensitivity import Sensitive, asimov_sets, expected_cls, sensitive_analyses
from protomodels.campaign.excesses.worlds import published
from protomodels.combiner import combinability_for
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import SpectrumPredictor
from protomodels.predictor.loading import load_results
from protomodels.settings import policy
from protomodels.slices import random_points
from protomodels.spectrum import Spectrum, spectrum_of

STRONG = 0.005
WIDENED = 0.15


def candidates(
    predictor: CompiledPredictor, kind: str, seed: int, orthogonality: Orthogonality
) -> Iterator[tuple[Spectrum, Model]]:
    """Random points that would leave an excess in two orthogonal analyses, with what these see of them."""
    general, sets = SpectrumPredictor.of(predictor), asimov_sets(predictor.catalog)
    for point in random_points(kind, 100_000, seed):
        spectrum = spectrum_of(point.slha, point.name)
        predicted = general.predict(spectrum)
        p = predicted.predictions
        found: list[Sensitive] = [
            one
            for one in sensitive_analyses(p, expected_cls(p, sets))
            if one.expected < STRONG and not p.is_ul[one.region]
        ]
        if len(orthogonality.largest({one.analysis for one in found})) < 2:
            continue
        seen = [
            Seen(
                one.analysis, "", one.expected, 1.0, 0.0, predicted.topologies[one.result],
                tuple(spectrum.particles[pid].name for pid in predicted.particles[one.result]),
            )
            for one in found
        ]  # fmt: skip
        masses = {f"mass:{particle.name}": particle.mass for particle in spectrum.particles.values()}
        yield spectrum, Model(point.name, tuple(seen), (), masses)


def holds(cluster: Cluster, model: Model) -> bool:
    """Are all masses that the cluster names those of the model, about?"""
    own = masses_behind(model)
    named = {name: ends for name, ends in cluster.ranges.items() if name in own}
    return bool(named) and all(
        (1 - WIDENED) * low <= own[name] <= (1 + WIDENED) * high for name, (low, high) in named.items()
    )


def main() -> None:
    """Inject, scan once, cluster in each universe."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--results", default=NEWEST)
    parser.add_argument("--slice", default="electroweak")
    parser.add_argument("--models", type=int, default=3000)
    parser.add_argument("--universes", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=DEFAULT, help="a folder for spectra and table")
    arguments = parser.parse_args()
    settings = {name: getattr(arguments, name) for name in ("slice", "models", "universes", "seed")}
    kept = Kept(arguments.keep, "injection", results=Path(arguments.results).name, **settings)
    page = Page("small-excesses-injection", "python -m benchmarks.excesses.injection")
    page.say("# Full spectra in universes: are their clusters found?")
    page.say(f"{machine()}; {arguments.models} models of the slice {arguments.slice}.")
    predictor = load_results(arguments.results)
    assert isinstance(predictor, CompiledPredictor)
    catalog, criteria = predictor.catalog, Criteria()
    orthogonality = Orthogonality(catalog, combinability_for(predictor.name), policy("default").strict)
    waiting = candidates(predictor, arguments.slice, arguments.seed + 1000, orthogonality)
    injected = list(islice(waiting, arguments.universes))
    worlds = [world_with_spectrum(predictor, spectrum, seed) for seed, (spectrum, _) in enumerate(injected)]
    about = {"injected": [spectrum.name for spectrum, _ in injected], "seed": arguments.seed}
    recorder = Recorder(catalog, published(catalog), worlds, about)
    points = random_points(arguments.slice, arguments.models, arguments.seed)
    counts, seconds = scanned(points, predictor, recorder, criteria, orthogonality, arguments.workers, kept)
    again = 0
    for number, ((spectrum, model), tally) in enumerate(zip(injected, counts.universes, strict=True)):
        models = tally.selected.models
        smallest = smallest_cluster(len(models))
        features = model_features(models)
        labels = by_size(labels_of(features.points, smallest))
        stable = stability(features.points, labels, smallest)
        clusters = described(models, features, labels.tolist(), stable.tolist())
        holding = [cluster for cluster in clusters if holds(cluster, model)]
        again += bool(holding)
        own = ", ".join(f"{name} {mass:.0f}" for name, mass in masses_behind(model).items())
        said = (
            f"cluster of {holding[0].members}, stability {holding[0].stability:.2f}: {holding[0]}"
            if holding
            else "not found" + "".join(f"; {cluster.members} models: {cluster}" for cluster in clusters)
        )
        counted = f"{tally.selected.shown} selected, {len(clusters)} clusters"
        page.say(f"Universe {number}: {spectrum.name} ({own}); {counted}; {said}")
    page.say(f"{again} of {len(injected)} found; the scan took {seconds:.0f} s with {arguments.workers} workers.")
    page.write()


if __name__ == "__main__":
    main()

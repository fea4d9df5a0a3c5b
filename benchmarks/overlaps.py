"""What of the tables of 2020 and 2024 has no effect, what of them shares events, and what strictness does to K.

    python -m benchmarks.overlaps [--models 500]

K is that of the published hiscores and of random models: database 3.0.0, policy "default", the table of 2024, with and
without strictness.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.common import REFERENCE, machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import NEW
from benchmarks.random_models import random_models
from protomodels.combiner import Combinability
from protomodels.combiner.checking import listed_overlaps, n_covered, unmatched, whole_pairs
from protomodels.combiner.rules import disjoint_pairs, selections
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import Catalog
from protomodels.scoring import Scorer
from protomodels.scoring.evaluation import Evaluation
from protomodels.settings import policy

SEED: Final = 41_000
EXAMPLES: Final = (
    ("ATLAS-SUSY-2013-02", "ATLAS-SUSY-2013-04"),
    ("ATLAS-SUSY-2016-16", "ATLAS-SUSY-2019-08"),
    ("ATLAS-SUSY-2018-10", "ATLAS-SUSY-2019-08"),
    ("ATLAS-SUSY-2018-22", "ATLAS-SUSY-2018-31"),
    ("ATLAS-SUSY-2018-12", "ATLAS-SUSY-2018-31"),
    ("ATLAS-SUSY-2017-01", "ATLAS-SUSY-2019-09"),
    ("CMS-PAS-SUS-16-022", "CMS-SUS-16-035"),
    ("CMS-SUS-16-045", "CMS-SUS-17-004"),
    ("CMS-SUS-16-043", "CMS-SUS-16-051"),
    ("CMS-SUS-16-043", "CMS-SUS-19-009"),
)
"""Pairs of the table of 2024 for which the publications show that they share events."""
SOFT: Final = ("ATLAS-SUSY-2018-16", "ATLAS-SUSY-2018-16-hino", "CMS-SUS-16-048", "CMS-SUS-18-004")
"""Searches with two leptons so soft that those of one lepton may take the same events."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=500)
    given = parser.parse_args()
    page = Page("overlaps", "python -m benchmarks.overlaps")
    page.say(machine())
    predictor = load_results(NEW)
    tables = {year: Combinability.from_file(REFERENCE / f"combinable_{year}.json") for year in (2020, 2024)}
    page.table(["of 3.0.0", *map(str, tables)], _counts(list(tables.values()), predictor.catalog))
    shared = listed_overlaps(tables[2024])
    page.table(["listed in 2024", "and", "reason to refuse"], [[a, b, shared.get((a, b), "none")] for a, b in EXAMPLES])
    page.table(["rules: pairs of one experiment and energy", "allowed"], _allowed(predictor.catalog))
    published = json.loads((REFERENCE / "published_runs.json").read_text())["real"]
    hiscores = [model_from_dict(document) for run in published.values() for document in run]
    header = ["models", "with K", "with candidates that strictness parts", "K changed", "mean of the changes"]
    header += ["smallest", "largest", "another combination"]
    groups = {"published hiscores": hiscores, "random models": list(random_models(SEED, given.models))}
    page.table(header, [[name, *_strictness(predictor, tables[2024], models)] for name, models in groups.items()])


def _counts(tables: Sequence[Combinability], catalog: Catalog) -> list[list[object]]:
    labels = catalog.labels()
    there = {label.partition(":")[0] for label in labels}
    regions = [[pair for pair in table.listed if ":" in "".join(pair)] for table in tables]
    elsewhere = [
        sum(any(label.partition(":")[0] not in there for label in pair) for pair in pairs) for pairs in regions
    ]
    return [
        ["pairs", *(len(table.listed) for table in tables)],
        ["that name regions", *map(len, regions)],
        ["of analyses listed as a whole", *map(n_covered, tables)],
        ["of analyses that are not there", *elsewhere],
        ["pairs of results that these pairs allow in addition", *(_additional(table, catalog) for table in tables)],
        ["labels", *(len(table.labels) for table in tables)],
        ["that match nothing", *(len(unmatched(table, labels)) for table in tables)],
        ["pairs known to share events", *(len(listed_overlaps(table)) for table in tables)],
    ]


def _additional(table: Combinability, catalog: Catalog) -> int:
    """How many pairs of results the entries of regions allow that those of analyses do not."""
    single = catalog.is_region
    region = [name if alone else None for name, alone in zip(catalog.region.tolist(), single.tolist(), strict=True)]
    arguments = catalog.analysis.tolist(), region, catalog.experiment.tolist(), catalog.sqrts.tolist()
    whole = replace(table, listed=frozenset(whole_pairs(table)))
    return int((table.pairwise(*arguments) & ~whole.pairwise(*arguments)).sum()) // 2


def _allowed(catalog: Catalog) -> list[list[object]]:
    rows = zip(catalog.analysis.tolist(), catalog.experiment.tolist(), catalog.sqrts.tolist(), strict=True)
    group = {analysis: (experiment, energy) for analysis, experiment, energy in rows}
    pairs = [(a, b) for a, b in disjoint_pairs() if a in group and b in group and group[a] == group[b]]
    one_lepton = {name for name, known in selections().items() if known.leptons == {"1"}}
    soft = [pair for pair in pairs if not one_lepton.isdisjoint(pair) and not set(SOFT).isdisjoint(pair)]
    return [
        ["all", len(pairs)],
        ["soft leptons and one lepton", len(soft)],
        ["with ATLAS-SUSY-2013-12", sum("ATLAS-SUSY-2013-12" in pair for pair in pairs)],
    ]


def _strictness(predictor: CompiledPredictor, table: Combinability, models: Sequence[ProtoModel]) -> list[object]:
    strict = Scorer(predictor, table, policy("default"))
    free = replace(strict, policy=replace(strict.policy, strict=False))
    changes, parted, scored, others = [], 0, 0, 0
    for model in models:
        after = strict.evaluate(model)
        before = free.evaluate_predictions(model, after.sections, after.predictions, after.allowed)
        candidates = strict.candidates(after.predictions, after.mu_max)
        parted += bool((free.pairwise(candidates) & ~strict.pairwise(candidates)).any())
        if before.K is None or after.K is None:
            if before.K != after.K:
                raise ValueError(f"K is {before.K} without strictness, {after.K} with it")
            continue
        scored += 1
        others += _members(before) != _members(after)
        if abs(after.K - before.K) > 1e-6:
            changes.append(after.K - before.K)
    ends = [float(np.mean(changes)), min(changes), max(changes)] if changes else [None] * 3
    return [len(models), scored, parted, len(changes), *ends, others]


def _members(evaluation: Evaluation) -> set[tuple[str, str]]:
    """The results of the best combination."""
    score = evaluation.score
    return set() if score is None else {(member.analysis, member.region) for member in score.contributions}


if __name__ == "__main__":
    main()

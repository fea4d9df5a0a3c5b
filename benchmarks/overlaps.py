"""Pairs of the tables of 2020 and 2024 that are known to share events, and what refusing them does to K.

    python -m benchmarks.overlaps

The twenty best proto-models of each published run, database 3.0.0, policy "default" with the table of 2024: K with and
without strictness.
"""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks.common import REFERENCE, RESULTS, machine, spread
from protomodels.combiner import Combinability
from protomodels.combiner.checking import listed_overlaps, unmatched, whole_pairs
from protomodels.combiner.rules import disjoint_pairs
from protomodels.files import model_from_dict
from protomodels.predictor import load_results
from protomodels.scoring import Scorer
from protomodels.settings import policy


def main() -> None:
    """Print the counts, and the changes of K."""
    print(machine())
    predictor = load_results(str(RESULTS / "smodels-3.0.0.tar.xz"))
    print(f"rules: {len(disjoint_pairs())} pairs of analyses without a lepton category in common")
    for year in (2020, 2024):
        table = Combinability.from_file(REFERENCE / f"combinable_{year}.json")
        lost = unmatched(table, predictor.catalog.labels())
        print(
            f"table of {year}: {len(table.listed)} entries, {len(whole_pairs(table))} of them of whole analyses;",
            end=" ",
        )
        print(f"{len(listed_overlaps(table))} known to share events;", end=" ")
        print(f"{len(lost)} of {len(table.labels)} labels match nothing in 3.0.0")
    strict = Scorer(predictor, Combinability.from_file(REFERENCE / "combinable_2024.json"), policy("default"))
    free = replace(strict, policy=replace(strict.policy, strict=False))
    published = json.loads((REFERENCE / "published_runs.json").read_text())["real"]
    models = [model_from_dict(document) for run in published.values() for document in run]
    pairs = [(free.evaluate(model).K, strict.evaluate(model).K) for model in models]
    changes = [after - before for before, after in pairs if before is not None and after is not None]
    moved = [change for change in changes if abs(change) > 1e-6]
    print(f"{len(models)} published hiscores on 3.0.0: K of {len(moved)} moves; change {spread(changes)}")


if __name__ == "__main__":
    main()

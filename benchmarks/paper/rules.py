"""The default rule of combinability beside the tables of 2020 and 2024.

python -m benchmarks.paper.rules
"""

from __future__ import annotations

from benchmarks.common import RESULTS
from benchmarks.paper.output import Page
from benchmarks.paper.runs import TABLE_2020, TABLE_2024
from protomodels.combiner import Combinability
from protomodels.combiner.rules import selections
from protomodels.predictor import load_results


def main() -> None:
    """Print and write the page."""
    page = Page("rules", "python -m benchmarks.paper.rules")
    known = selections()
    rules = Combinability.from_rules().listed
    rows = []
    for name, file, results in (("2020", TABLE_2020, "1.2.4"), ("2024", TABLE_2024, "3.0.0")):
        listed = Combinability.from_file(file).listed
        catalog = load_results(str(RESULTS / f"smodels-{results}.tar.xz")).catalog
        group = {
            str(a): (str(e), float(s))
            for a, e, s in zip(catalog.analysis, catalog.experiment, catalog.sqrts, strict=True)
        }
        named = {label for pair in listed for label in pair}
        ours = {p for p in rules if set(p) <= named & set(group) and group[p[0]] == group[p[1]]}
        theirs = {p for p in listed if set(p) <= set(known) & set(group)}
        counts = [len(ours), len(ours & listed), len(theirs), len(theirs & rules)]
        rows.append([name, results, f"{len(set(group) & set(known))} of {len(set(group))}", *counts])
    header = "table, database, analyses the rule knows, pairs of the rule, of them in the table, pairs of the table"
    page.table([*header.split(", "), "of them by the rule"], rows)
    page.write()


if __name__ == "__main__":
    main()

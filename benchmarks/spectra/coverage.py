"""Coverage of models of any kind against SModelS 3.1.1: the same groups, the same final states, how much faster?

Usage: python -m benchmarks.spectra.coverage [--cache FOLDER] [--results NAME] [--files FOLDER] [--only NAME ...]
       [--random 0] [--seed 1]
What SModelS says of each model is kept in the cache folder as JSON: it takes up to a minute a model.  Prints for each
group the sums of both, how many final states agree within 1e-3, and the largest that do not.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from typing import Any, Final

from smodels.matching.theoryPrediction import theoryPredictionsFor
from smodels.tools.coverage import Uncovered

from benchmarks.common import machine, spread
from benchmarks.spectra.asking import decomposed, models_of, parser_of
from benchmarks.spectra.models import to_smodels
from protomodels.predictor.general import Options, SpectrumPredictor
from protomodels.predictor.general.coverage import Coverage, coverage_of
from protomodels.predictor.loading import load_oracle, load_results

TOLERANCE: Final = 1e-3
SMALLEST: Final = 1e-9
"""Of a group: a final state that has less is passed over, as sums are rounded."""
GROUPS: Final = {
    "missing (all)": "largest_missing",
    "missing (prompt)": "largest_prompt",
    "missing (displaced)": "largest_displaced",
    "outsideGrid (all)": "largest_outside",
}
ALL: Final = 1_000_000

Groups = dict[str, dict[str, float]]


def main() -> None:
    """Compare and report."""
    parser = parser_of(__doc__, "spectra-coverage")
    arguments = parser.parse_args()
    logging.getLogger("smodels").setLevel(logging.CRITICAL)
    arguments.cache.mkdir(parents=True, exist_ok=True)
    print(machine())
    predictor = SpectrumPredictor(load_results(arguments.results))
    database = None
    counts: Counter[str] = Counter()
    times = list[float]()
    for spectrum, model in models_of(arguments):
        file = arguments.cache / f"{spectrum.name.replace(' ', '_')}.json"
        if not file.exists():
            database = database or load_oracle(arguments.results)._database
            file.write_text(json.dumps(answer(database, model or to_smodels(spectrum), Options())))
        theirs = json.loads(file.read_text())
        coverage_of(predictor, spectrum)  # compiles the kernels
        start = time.process_time()
        own = coverage_of(predictor, spectrum, most=ALL)
        times.append(time.process_time() - start)
        found, lines = differences(theirs["groups"], groups_of(own))
        counts += found
        print(f"{spectrum.name}: {1e3 * times[-1]:.0f} ms, SModelS {theirs['seconds']:.1f} s")
        print("\n".join(lines), flush=True)
    print(dict(sorted(counts.items())), "seconds, ours:", spread(times) if times else "none")


def answer(database: Any, model: Any, options: Options) -> dict[str, Any]:
    """SModelS's coverage of a model: fb of each final state of each group, and the seconds that it took."""
    start = time.process_time()
    topologies = decomposed(model, options)
    theoryPredictionsFor(database, topologies, useBestDataset=False, combinedResults=False)
    uncovered = Uncovered(topologies)
    groups: Groups = {}
    for label in GROUPS:
        sums = groups.setdefault(label, {})
        for entry in uncovered.getGroup(label).finalStateSMS:
            sums[str(entry)] = sums.get(str(entry), 0.0) + float(entry.missingX)
    return {"groups": groups, "seconds": time.process_time() - start}


def groups_of(coverage: Coverage) -> Groups:
    """The same of our own."""
    return {label: {entry.text: entry.sigma for entry in getattr(coverage, name)} for label, name in GROUPS.items()}


def differences(theirs: Groups, ours: Groups) -> tuple[Counter[str], list[str]]:
    """How many final states and sums agree, and a line for each group and each large difference."""
    counts: Counter[str] = Counter()
    lines = []
    for label in GROUPS:
        a, b = theirs[label], ours[label]
        sums = sum(a.values()), sum(b.values())
        counts["sums agree" if _same(*sums) else "sums differ"] += 1
        apart = [(text, a.get(text, 0.0), b.get(text, 0.0)) for text in {*a, *b}]
        apart = [entry for entry in apart if max(entry[1:]) > SMALLEST * max(sums)]
        other = sorted((entry for entry in apart if not _same(*entry[1:])), key=lambda entry: -max(entry[1:]))
        counts["final states agree"] += len(apart) - len(other)
        counts["final states differ"] += len(other)
        lines.append(f"   {label}: SModelS {sums[0]:.6g} fb, ours {sums[1]:.6g}; {len(other)} of {len(apart)} differ")
        lines += [f"      {text}: SModelS {x:.6g}, ours {y:.6g}" for text, x, y in other[:4]]
    return counts, lines


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(a, b)


if __name__ == "__main__":
    main()

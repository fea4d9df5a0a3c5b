"""Coverage of models of any kind against SModelS 3.1.1: the same groups, the same final states, how much faster?

Usage: python -m benchmarks.spectra.coverage --cache FOLDER [--results NAME] [--files FOLDER] [--only NAME ...]
       [--random 0] [--seed 1]
What SModelS says of each model is kept in the cache folder as JSON: it takes up to a minute a model.  Prints for each
group the sums of both, how many final states agree within 1e-3, and the largest that do not.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from smodels.base.exceptions import SModelSBaseError
from smodels.base.physicsUnits import GeV, fb
from smodels.decomposition import decomposer
from smodels.matching.theoryPrediction import theoryPredictionsFor
from smodels.tools.coverage import Uncovered

from benchmarks.common import RESULTS, machine, spread
from benchmarks.spectra.models import from_smodels, random_spectra, read_file, to_smodels
from protomodels.predictor.general import Options, SpectrumPredictor
from protomodels.predictor.general.coverage import Coverage, coverage_of
from protomodels.predictor.loading import load_oracle, load_results
from protomodels.spectrum import Spectrum

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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default=str(RESULTS / "smodels-3.0.0.tar.xz"))
    parser.add_argument("--files", type=Path, default=RESULTS.parent / "models" / "public")
    parser.add_argument("--only", nargs="*", default=None, help="names of files")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, required=True)
    arguments = parser.parse_args()
    logging.getLogger("smodels").setLevel(logging.CRITICAL)
    arguments.cache.mkdir(parents=True, exist_ok=True)
    print(machine())
    predictor = SpectrumPredictor(load_results(arguments.results))
    database = None
    counts: Counter[str] = Counter()
    times = list[float]()
    for spectrum, model in _models(arguments):
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


def _models(arguments: argparse.Namespace) -> Iterator[tuple[Spectrum, Any]]:
    for path in sorted(arguments.files.glob("*.slha")) if arguments.files.is_dir() else ():
        if arguments.only is None or path.stem in arguments.only:
            try:
                model = read_file(path)
            except SModelSBaseError as error:
                print(f"{path.stem}: SModelS cannot read it: {error}")
                continue
            yield from_smodels(model, path.stem), model
    for spectrum in random_spectra(arguments.seed, arguments.random):
        yield spectrum, None


def answer(database: Any, model: Any, options: Options) -> dict[str, Any]:
    """SModelS's coverage of a model: fb of each final state of each group, and the seconds that it took."""
    start = time.process_time()
    topologies = decomposer.decompose(
        model,
        options.sigmacut * fb,
        massCompress=options.doCompress,
        invisibleCompress=options.doInvisible,
        minmassgap=options.minmassgap * GeV,
        minmassgapISR=options.minmassgapISR * GeV,
    )
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

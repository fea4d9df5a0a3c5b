"""The published hiscores (arXiv:2012.12246, database 1.2.4) scored again from their masses, channels and multipliers.

Usage: python -m benchmarks.published_hiscores [--csv FILE]
Policy "paper", the 2020 combinability table, our own cross sections.  Prints a line a model, then the summary; what
is off by more than 0.3 in Z is listed again with what differs.  Every model is scored through SModelS as well: the
compiled predictor has to give the same K.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.common import REFERENCE, RESULTS, machine, spread
from protomodels.combiner import Combinability
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES
from protomodels.predictor import load_results
from protomodels.predictor.loading import load_oracle
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy

EXPLAINED_ABOVE = 0.3
SLEPTON_RATIO = 0.41
"""Pythia's slepton pairs over the closed form: what the published multipliers of sleptons are relative to."""


def main() -> None:
    """Score, print, summarise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", type=Path, help="write the table to this file as well")
    arguments = parser.parse_args()
    print(machine())
    archive = str(RESULTS / "smodels-1.2.4.tar.xz")
    oracle, predictor = load_oracle(archive), load_results(archive)
    table = Combinability.from_file(REFERENCE / "combinable_2020.json")
    scorer = Scorer(predictor, table, policy("paper"))
    published = json.loads((REFERENCE / "published_runs.json").read_text())["real"]
    slow = replace(scorer, predictor=oracle)
    rows, seconds, from_oracle = [], [], []
    print("run  nr  particles                 K publ.   K ours    dK      Z publ.  Z ours   dZ")
    for run, models in published.items():
        for number, document in enumerate(models, start=1):
            model = model_from_dict(document)
            start = time.perf_counter()
            score = scorer.evaluate(model)
            seconds.append(time.perf_counter() - start)
            reference = slow.evaluate(model)
            if score.K is None or reference.K is None:
                raise SystemExit(f"run {run}, model {number}: no legal combination of results sees it")
            from_oracle.append(abs(score.K - reference.K))
            names = " ".join(PARTICLES[p].name for p in model.unstable)
            row = [run, number, names, document["K"], score.K, document["Z"], score.Z]
            rows.append((row, model))
            dk, dz = score.K - document["K"], score.Z - document["Z"]
            print(f"{run:>3} {number:3d}  {names:24s} {document['K']:8.3f} {score.K:8.3f} {dk:+8.3f}", end=" ")
            print(f"{document['Z']:8.3f} {score.Z:8.3f} {dz:+8.3f}")
    differences = [abs(row[6] - row[5]) for row, _ in rows]
    print(f"{len(rows)} models: median |dZ| {statistics.median(differences):.4f}; |dZ| {spread(differences)}")
    print(f"|dK| {spread([abs(row[4] - row[3]) for row, _ in rows])}")
    print(f"|K - K through SModelS| {spread(from_oracle)}")
    print(f"seconds a score: {spread(seconds)}")
    for row, model in rows:
        if abs(row[6] - row[5]) > EXPLAINED_ABOVE:
            print(f"run {row[0]}, model {row[1]} is off by {row[6] - row[5]:+.3f} in Z:")
            sleptons = {p for p in model.masses if PARTICLES[p].family in ("lepton", "sneutrino")}
            ssm = {
                pair: k * (SLEPTON_RATIO if {abs(p) for p in pair} <= sleptons else 1.0)
                for pair, k in model.ssm.items()
            }
            again = scorer.evaluate(replace(model, ssm=ssm))
            if sleptons and again.K is not None:
                print(f"  with its slepton pairs times {SLEPTON_RATIO} (the published multipliers are relative to")
                print(f"  Pythia's slepton cross section, too small by this factor): Z = {again.Z:.3f}")
    if arguments.csv:
        with arguments.csv.open("w", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(["run", "number", "particles", "K_published", "K", "Z_published", "Z"])
            writer.writerows(row for row, _ in rows)


if __name__ == "__main__":
    main()

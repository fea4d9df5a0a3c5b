"""K of what walks propose, beside that of an earlier commit: python -m benchmarks.speed.same_scores --before COMMIT

Walks of this commit propose models (policy paper on 1.2.4, policy default with combined regions on 3.0.0, the tables of
2020 and 2024); both commits evaluate all of them, from their files' text on.  Compared are K, mu_max, the members of
the best combination, and mu-hat, which is as sharp as a maximum is.  Exit code 1 where a K differs by more than 1e-9.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.common import REFERENCE, RESULTS, machine, spread
from benchmarks.earlier import both

CASES = {
    "3.0.0, default, combined regions": ("smodels-3.0.0.tar.xz", "default", "combined", "combinable_2024.json"),
    "1.2.4, paper": ("smodels-1.2.4.tar.xz", "paper", "best", "combinable_2020.json"),
}
PROPOSE = """
import json, sys
from protomodels.predictor import load_results
from protomodels.combiner import combinability_for
from protomodels.scoring import Scorer
from protomodels.settings import policy
from protomodels.walker import Walk
results, name, regions, table, n, to = sys.argv[1:]
walk, models = Walk(Scorer(load_results(results), combinability_for(results, table), policy(name, regions))), []
propose = walk._propose
def remember(state, rng):
    proposal, move = propose(state, rng)
    models.append(proposal.as_dict())
    return proposal, move
walk._propose = remember
seed = 0
while len(models) < int(n):
    seed += 1
    walk.advance(walk.start(seed, 0), 200)
json.dump(models[:int(n)], open(to, "w"))
"""
EVALUATE = """
import json, sys
from dataclasses import replace
from protomodels.files import model_from_dict
from protomodels.predictor import load_results
from protomodels.combiner import combinability_for
from protomodels.scoring import Scorer
from protomodels.settings import policy
results, name, regions, table, models = sys.argv[1:]
scorer = Scorer(load_results(results), combinability_for(results, table), policy(name, regions), n_runners_up=0)
said = []
for values in json.load(open(models)):
    found = scorer.evaluate(model_from_dict(values))
    members = sorted((c.analysis, c.region) for c in found.contributions)
    said.append((found.K, found.mu_hat, None if found.mu_max == float("inf") else found.mu_max, members))
print(json.dumps(said))
"""


def main() -> None:
    """Compare, and print the largest differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", required=True, help="commit to compare with")
    parser.add_argument("--models", type=int, default=2000, help="of each case")
    arguments = parser.parse_args()
    print(machine())
    worst = 0.0
    with both(arguments.before) as (earlier, here), tempfile.TemporaryDirectory() as folder:
        for title, (results, *settings, table) in CASES.items():
            options = (str(RESULTS / results), *settings, str(REFERENCE / table))
            models = str(Path(folder) / "models.json")
            here.python(PROPOSE, *options, str(arguments.models), models)
            old, new = (json.loads(checkout.python(EVALUATE, *options, models)) for checkout in (earlier, here))
            worst = max(worst, _compared(title, old, new))
    sys.exit(0 if worst <= 1e-9 else 1)


def _compared(title: str, old: list[list[object]], new: list[list[object]]) -> float:
    """Print how far the two are apart; the largest difference in K, inf where only one has a K."""
    K, mu, limits, other = [], [], [], 0
    for (K_old, mu_old, most_old, members_old), (K_new, mu_new, most_new, members_new) in zip(old, new, strict=True):
        if (K_old is None) != (K_new is None):
            K.append(float("inf"))
        elif isinstance(K_old, float) and isinstance(K_new, float):
            K.append(abs(K_new - K_old))
            # at mu-hat = 0 every combination is as good
            other += members_old != members_new and bool(mu_new)
            if isinstance(mu_old, float) and isinstance(mu_new, float) and mu_old > 0.0:
                mu.append(abs(mu_new / mu_old - 1.0))
        if isinstance(most_old, float) and isinstance(most_new, float):
            limits.append(abs(most_new / most_old - 1.0))
    print(f"{title}: {len(new)} models, {len(K)} with a K")
    print(f"   |K - K before|: {spread(K)}; other members: {other}")
    print(f"   mu-hat, relative: {spread(mu)}; mu_max, relative: {spread(limits)}")
    return max(K)


if __name__ == "__main__":
    main()

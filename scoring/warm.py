"""Machine code of the kernels, made once on a machine: some in this process, some in another one beside it.

numba keeps what it compiles (:mod:`protomodels.kernel`).  ``python -m protomodels.scoring.warm`` is the other process.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from protomodels.combiner import Combinability
from protomodels.kernel import is_compiled, quickly
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictor
from protomodels.results.catalog import Catalog
from protomodels.scoring.decision.judge import Judge
from protomodels.settings import policy


def compile_kernels(predictor: Predictor, say: Callable[[str], object]) -> None:
    """Compile what is not compiled yet.

    Parameters
    ----------
    predictor: of any compiled results.
    say: called with a line before, and one after, where there is something to do.

    Raises
    ------
    PredictionError: where the predictor fails.
    """
    if is_compiled("predict_model") and is_compiled("decide"):
        return
    say("compiling for this machine, once: about a quarter of a minute")
    start = time.monotonic()
    # where it fails, the first decision compiles for itself
    beside = subprocess.Popen([sys.executable, "-m", "protomodels.scoring.warm"], stderr=subprocess.DEVNULL)
    try:
        with quickly():
            # any model: a kernel is compiled whole at its first call
            predictor.predict(ProtoModel({LBP: 100.0, 1000001: 500.0}, {1000001: {(LBP, 1): 1.0}}))
    finally:
        beside.wait()
    say(f"compiled in {time.monotonic() - start:.0f} s")


def decide_something() -> None:
    """Compile the decision about a made-up region; that with joint likelihoods is compiled where it is first needed."""
    one, nothing = np.ones(1), np.full(1, np.nan)
    text = np.array(["A"])
    catalog = Catalog(
        analysis=text,
        region=text,
        is_ul=np.array([False]),
        experiment=text,
        sqrts=one,
        lumi=one,
        observed=one,
        background=one,
        delta=one,
        limit_observed=nothing,
        limit_expected=nothing,
        url=text,
    )
    Judge(catalog, Combinability.from_rules(), policy("default"))


if __name__ == "__main__":
    decide_something()

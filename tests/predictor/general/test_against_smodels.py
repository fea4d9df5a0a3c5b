"""Models of any kind on small results of every kind: what SModelS says."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from smodels.experiment.databaseObj import Database

from benchmarks.general_models import random_spectra, to_smodels
from benchmarks.general_parity import answer, differences
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options, SpectrumPredictor
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.results.compiled.compile import compile_database
from protomodels.results.compiled.file import read_compiled
from tests.predictor.general.small_results import write_results

Both = tuple[SpectrumPredictor, SModelSPredictor]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    logging.getLogger("smodels").setLevel(logging.ERROR)
    folder = tmp_path_factory.mktemp("general")
    database = Database(str(write_results(folder)), force_load="txt")
    about = {"name": "small", "fingerprint": "0", "version": "0", "n_analyses": 5, "left_out": {}, "source": ""}
    compile_database(database, folder / "small.bin", about, {})
    compiled = CompiledPredictor.of(read_compiled(folder / "small.bin"))
    return SpectrumPredictor(compiled), SModelSPredictor(database, "0", "small")


def test_random_models(both: Both) -> None:
    own, oracle = both
    counts: Counter[str] = Counter()
    names: Counter[str] = Counter()
    lines = []
    for spectrum in random_spectra(7, 12, 5):
        theirs = answer(oracle, to_smodels(spectrum), Options())
        got = own.predict(spectrum)
        found, different = differences(theirs["rows"], got)
        counts += found
        lines += [f"{spectrum.name}: {line}" for line in different]
        names.update(name for topologies in got.topologies for name in topologies)
    assert not lines, "\n".join(lines[:20])
    print(counts, names)

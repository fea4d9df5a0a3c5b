"""Predictors of results: the compiled one, and the oracle."""

from __future__ import annotations

from pathlib import Path

from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.results.build import Progress, open_smodels
from protomodels.results.compiled.file import read_compiled
from protomodels.results.store import compiled_file, intact_file, smodels_binary


def load_results(results: str, progress: Progress | None = None) -> CompiledPredictor:
    """The predictor of some results; argument and errors as for :func:`protomodels.results.store.open_results`.

    Every array is compared with its checksum; where one was damaged, the file is made again from its source.
    """
    return load_compiled(intact_file(results, progress), check=False)


def load_compiled(path: Path, check: bool = True) -> CompiledPredictor:
    """The predictor of a compiled file, mapped into memory.

    Raises
    ------
    DamagedFileError: where the file is not what was written.
    """
    return CompiledPredictor.of(read_compiled(path, check))


def load_adopted(key: str) -> CompiledPredictor:
    """The predictor of compiled results with this fingerprint, from the cache of this machine.

    The file was checked when it was made or adopted: it is mapped without reading it.
    """
    return load_compiled(compiled_file(key), check=False)


def load_oracle(results: str, progress: Progress | None = None) -> SModelSPredictor:
    """SModelS itself on some results: the slow reference.

    Raises
    ------
    ResultsError: where their text is not at hand; else as :func:`protomodels.results.store.open_results`.
    """
    binary, fingerprint, name = smodels_binary(results, progress)
    return SModelSPredictor(open_smodels(binary), fingerprint, name)

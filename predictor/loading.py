"""Predictors of results: the compiled one, and the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from protomodels.errors import ResultsError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.predictor.protocol import Predictor
from protomodels.results.build import Progress, open_smodels
from protomodels.results.compiled.file import read_compiled
from protomodels.results.store import compiled_file, intact_file, smodels_binary

ALLOWED: Final = (
    "demo, the path of a SModelS text database or an archive of it, a name used before, or what load_results gave"
)
"""What results may be."""


def load_results(results: str | Path, progress: Progress | None = None) -> CompiledPredictor:
    """The predictor of some results, which are compiled where they were not before (minutes for a release).

    Every array is compared with its checksum; where one was damaged, or the file was made with another particle table,
    it is made again from its source.

    Parameters
    ----------
    results: ``demo``, a directory, an archive, the name of a fetched release, or the name or fingerprint of results
        compiled before.
    progress: called with (analyses read, analyses in all) while a database is read.

    Raises
    ------
    ResultsError: where there are no such results or they cannot be read.
    ConfigError: where the cache cannot be written.

    >>> load_results("demo").name
    'demo'
    """
    if not isinstance(results, (str, Path)):
        raise ResultsError("results", results, ALLOWED)
    return load_compiled(intact_file(str(results), progress), check=False)


def predictor_of(results: str | Path | Predictor) -> Predictor:
    """The predictor of some results, or the one that is given.

    Raises
    ------
    ResultsError: where it is neither; else as :func:`load_results`.
    """
    if isinstance(results, (str, Path)):
        return load_results(results)
    if not isinstance(results, Predictor):
        raise ResultsError("results", results, ALLOWED)
    return results


def load_compiled(path: Path, check: bool = True) -> CompiledPredictor:
    """The predictor of a compiled file, mapped into memory.

    Parameters
    ----------
    path: what ``protomodels.results.store.compiled_file`` gives.
    check: compare every array with its checksum, for which all of the file is read.

    Raises
    ------
    DamagedFileError: where the file is not what was written.
    OtherParticlesError: where it was made with another particle table.
    """
    return CompiledPredictor.of(read_compiled(path, check))


def load_adopted(key: str) -> CompiledPredictor:
    """The predictor of compiled results with this fingerprint, from the cache of this machine.

    The file was checked when it was made or adopted: it is mapped without reading it. Processes that compute for a run
    use this, as they know the results by their fingerprint alone.

    Raises
    ------
    OtherParticlesError: where it was made with another particle table.
    """
    return load_compiled(compiled_file(key), check=False)


def load_oracle(results: str, progress: Progress | None = None) -> SModelSPredictor:
    """SModelS itself on some results: slow, and the reference of the compiled predictor.

    Parameters
    ----------
    results, progress: as :func:`load_results`.

    Raises
    ------
    ResultsError: where their text is not at hand; else as :func:`protomodels.results.store.open_results`.
    """
    binary, fingerprint, name = smodels_binary(results, progress)
    return SModelSPredictor(open_smodels(binary), fingerprint, name)

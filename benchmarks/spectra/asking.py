"""Which models SModelS is asked about, and how it decomposes them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from smodels.base.exceptions import SModelSBaseError
from smodels.base.physicsUnits import GeV, fb
from smodels.decomposition import decomposer

from benchmarks.common import RESULTS
from benchmarks.spectra.models import from_smodels, full_spectra, random_spectra, read_file
from protomodels.cache import cache_directory
from protomodels.predictor.general import Options
from protomodels.spectrum import Spectrum

FILES: Final = RESULTS.parent / "models" / "public"
NEWEST: Final = str(RESULTS / "smodels-3.0.0.tar.xz")


def parser_of(description: str | None, kind: str) -> argparse.ArgumentParser:
    """The options that say which models, of which results.

    Parameters
    ----------
    kind: of what is asked of SModelS; its answers are kept in a folder of this name.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--results", default=NEWEST)
    parser.add_argument("--files", type=Path, default=FILES)
    parser.add_argument("--only", nargs="*", default=None, help="names of files")
    parser.add_argument("--random", type=int, default=0, help="spectra of 4 to 18 particles")
    parser.add_argument("--full", type=int, default=0, help="spectra of 10 to 29 particles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=cache_directory() / "benchmarks" / kind)
    return parser


def models_of(arguments: argparse.Namespace) -> Iterator[tuple[Spectrum, Any]]:
    """The files that SModelS can read, with its own models of them, and random spectra, with None."""
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
    for spectrum in full_spectra(arguments.seed, arguments.full):
        yield spectrum, None


def decomposed(model: Any, options: Options) -> Any:
    """SModelS's decomposition of its model."""
    return decomposer.decompose(
        model,
        options.sigmacut * fb,
        massCompress=options.doCompress,
        invisibleCompress=options.doInvisible,
        minmassgap=options.minmassgap * GeV,
        minmassgapISR=options.minmassgapISR * GeV,
    )

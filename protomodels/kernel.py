"""The decorator of compiled functions: numba, cached on disk, types kept.

numba's own cache looks at the file of a function only: after a change in another file, whose functions are part of the
machine code, it would go on with the old one.  So the cache lies in a folder named by the text of all kernels.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
from numba import njit

from protomodels.cache import cache_directory

log = logging.getLogger(__name__)

ROOMS: Final = (
    *("", "statistics", "statistics/profiles", "results/compiled", "predictor/maps", "predictor/numeric", "xsec"),
    *("combiner/compiled", "scoring/decision", "predictor/general"),
)
"""Folders of modules with kernels, and that of this one; a test compares them with where kernels are."""

Function = TypeVar("Function", bound=Callable[..., object])


def _own_cache() -> None:
    package = Path(__file__).parent
    texts = [file.read_bytes() for room in ROOMS for file in sorted((package / room).glob("*.py"))]
    # kernels, and the tuples that they take with the numbers of their columns
    marks = (b"kernel import", b"kernel(", b"(NamedTuple)")
    kernels = b"".join(text for text in texts if any(mark in text for mark in marks))
    path = cache_directory() / "kernels" / hashlib.sha256(kernels).hexdigest()[:16]
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.warning("%s cannot be written (%s): kernels are compiled again in every process", path, error)
        return
    settings: Any = numba.config
    if not settings.CACHE_DIR:
        settings.CACHE_DIR = str(path)


_own_cache()


def is_compiled(name: str) -> bool:
    """Is there machine code of a kernel of this name already?

    Making that of all kernels takes a quarter of a minute.
    """
    settings: Any = numba.config
    return bool(settings.CACHE_DIR) and any(Path(settings.CACHE_DIR).rglob(f"*.{name}-*.nbi"))


@contextmanager
def quickly() -> Iterator[None]:
    """Compile with fewer optimisations, in a seventh less of the time; kernels take the same time then.

    The level is numba's own setting for the whole process, and is put back; one that the user has set stays.
    """
    settings: Any = numba.config
    if "NUMBA_OPT" in os.environ:
        yield
        return
    before, settings.OPT = settings.OPT, type(settings.OPT)(1)
    try:
        yield
    finally:
        settings.OPT = before


def _compiled(**left_out: bool) -> Any:
    compiler: Any = njit  # whose annotations lack options
    return compiler(cache=True, error_model="numpy", **left_out)


def kernel(function: Function) -> Function:
    """Compile a function at its first call in a process; the machine code is kept in the cache.

    Divisions by zero give what numpy gives, without a check at each.  Arithmetic keeps its order (no fast-math): chains
    depend on the last bit.

    Parameters
    ----------
    function: of numbers, arrays, and named tuples of these; numpy and other kernels may be called in it.  For each
        literal that it is handed in a kernel it is compiled once more; numpy's numbers are no literals.
    """
    return cast(Function, _compiled(no_cfunc_wrapper=True)(function))


def part(function: Function) -> Function:
    """A kernel that only kernels call: without the way in from Python, which takes as long to compile as a few lines.

    Parameters
    ----------
    function: as for :func:`kernel`.  Python cannot call it: TypeError.
    """
    made = _compiled(no_cfunc_wrapper=True, no_cpython_wrapper=True)(function)

    def refuse(*_: object, **__: object) -> None:
        raise TypeError(f"{function.__name__} is called by kernels only")

    # numba would enter what it has not made: address 0
    made._insert, made._compile_for_args = lambda *_: None, refuse
    return cast(Function, made)

"""The decorator of compiled functions: numba, cached on disk, types kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile a function at its first call; the machine code is kept beside the module, or in the user's cache.

    Divisions by zero give what numpy gives, without a check at each.
    """
    return cast(Function, njit(cache=True, error_model="numpy")(function))

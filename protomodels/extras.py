"""Parts of the program that are installed when they are wanted: one clear error where they are not."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

from protomodels.errors import MissingExtraError

EXTRAS: Final = {
    "plots": ("matplotlib", "mplhep"),
    "notebook": ("pandas",),
    "service": ("fastapi", "jinja2", "prometheus_client", "sse_starlette", "uvicorn"),
    "postgres": ("psycopg",),
    "ray": ("ray",),
}
"""By extra of this package, the modules that it brings."""


def require(module: str, what: str) -> ModuleType:
    """Import a module of an extra.

    Parameters
    ----------
    module: its name; a module of it may be named, as in ``matplotlib.figure``.
    what: needs it, in words, in the plural: ``pictures``.

    Raises
    ------
    MissingExtraError: where it is not installed; the error names the extra that brings it.

    >>> require("pandas", "tables as data frames").__name__
    'pandas'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        top = module.partition(".")[0]
        missing = (error.name or "").partition(".")[0]
        extra = next((name for name, modules in EXTRAS.items() if top in modules), None)
        if extra is None or missing not in EXTRAS[extra]:
            raise  # a fault of the installation, not something left out
        raise MissingExtraError(what, extra, missing) from error

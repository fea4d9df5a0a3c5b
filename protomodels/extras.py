"""Parts of the program that are installed when they are wanted: one clear error where they are not."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

from protomodels.errors import MissingExtraError

EXTRAS: Final[dict[str, dict[str, str]]] = {
    "plots": {"matplotlib": "matplotlib", "mplhep": "mplhep"},
    "notebook": {"pandas": "pandas"},
    "arviz": {"arviz_base": "arviz-base", "h5netcdf": "h5netcdf", "h5py": "h5py"},
    "scan": {"pyarrow": "pyarrow"},
    "excesses": {"sklearn": "scikit-learn"},
    "service": {
        "fastapi": "fastapi",
        "jinja2": "jinja2",
        "prometheus_client": "prometheus-client",
        "sse_starlette": "sse-starlette",
        "uvicorn": "uvicorn",
    },
    "postgres": {"psycopg": "psycopg[binary]"},
    "ray": {"ray": "ray[default]"},
}
"""By extra of this package: the modules that it brings, and what pip calls them."""


def require(module: str, what: str) -> ModuleType:
    """Import a module of an extra.

    Parameters
    ----------
    module: its full name, as in ``matplotlib.figure``.
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
        missing = missing_extra(error, what)
        if missing is None:
            raise  # a fault of the installation, not something left out
        raise missing from error


def missing_extra(error: ModuleNotFoundError, what: str) -> MissingExtraError | None:
    """The clear form of an import that failed, None where no extra brings the module."""
    missing = (error.name or "").partition(".")[0]
    for extra, packages in EXTRAS.items():
        if missing in packages:
            return MissingExtraError(what, extra, packages[missing], tuple(packages.values()))
    return None

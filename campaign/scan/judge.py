"""What judges the models of a scan: one spectrum in, the values of its row out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, Protocol

from protomodels.spectrum import Spectrum

Scalar = str | float | int | bool | None
Row = dict[str, Scalar]


class Kind(StrEnum):
    """What a column holds; any of it may be missing."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    TRUTH = "truth"


class Judge(Protocol):
    """Says what results think of a model; worker processes share it.

    Attributes
    ----------
    columns: names and kinds of all that it says.
    fingerprint: of the results.
    options: what else its answers depend on, plain values.
    """

    @property
    def columns(self) -> Mapping[str, Kind]:
        """Names and kinds."""
        ...

    @property
    def fingerprint(self) -> str:
        """Of the results."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Plain values."""
        ...

    def prepare(self) -> None:
        """Do what would otherwise take time in each worker, such as compiling."""
        ...

    def __call__(self, spectrum: Spectrum) -> Mapping[str, Scalar]:
        """The values of one model; what is left out is missing in the table.  ``warnings`` may be among them.

        Raises
        ------
        ProtomodelsError: where the model cannot be judged; the row has the reason.
        """
        ...


COMMON: Final[Mapping[str, Kind]] = {
    "file": Kind.TEXT,
    "error": Kind.TEXT,
    "warnings": Kind.TEXT,
    "n_particles": Kind.WHOLE,
    "lightest": Kind.TEXT,
    "lightest_mass": Kind.NUMBER,
}
"""Columns that any scan has, before those of its judge."""
MASS: Final = "mass:"
"""Begins the columns of masses in GeV: ``mass:X_t1``."""


def table_columns(own: Mapping[str, Kind], masses: Iterable[str]) -> dict[str, Kind]:
    """Columns of a table in their order: those of any scan, a judge's own, those of masses."""
    return {**COMMON, **own, **dict.fromkeys(sorted(masses), Kind.NUMBER)}

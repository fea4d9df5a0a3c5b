"""What judges the models of a scan: one spectrum in, the values of its row out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, Protocol

from protomodels.predictor.general import SpectrumPredictions
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


class Also(Protocol):
    """Further columns that a judge fills from the predictions that it has made.

    Attributes
    ----------
    columns: names and kinds, beside those that begin as :data:`OPEN` says.
    options: what they depend on, plain values.
    """

    columns: Mapping[str, Kind]
    options: Mapping[str, Any]

    def __call__(self, spectrum: Spectrum, predicted: SpectrumPredictions) -> Mapping[str, Scalar]:
        """The values of one model."""
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
OPEN: Final[Mapping[str, Kind]] = {
    MASS: Kind.NUMBER,
    "cls_exp:": Kind.NUMBER,
    "cls_obs:": Kind.NUMBER,
    "z:": Kind.NUMBER,
    "region:": Kind.TEXT,
    "topologies:": Kind.TEXT,
    "particles:": Kind.TEXT,
}
"""Beginnings of columns that a table has where any row has them: of particles, or of analyses with a small excess."""


def open_columns(row: Iterable[str]) -> set[str]:
    """Those of the names of a row that begin so.

    >>> sorted(open_columns(["file", "mass:X_t1", "r_obs:CMS-SUS-19-006", "z:CMS-SUS-19-006"]))
    ['mass:X_t1', 'z:CMS-SUS-19-006']
    """
    return {name for name in row if name[: name.find(":") + 1] in OPEN}


def table_columns(own: Mapping[str, Kind], found: Iterable[str]) -> dict[str, Kind]:
    """Columns of a table in their order: those of any scan, a judge's own, those that :func:`open_columns` found."""
    kinds = {name: OPEN[name[: name.index(":") + 1]] for name in sorted(found)}
    return {**COMMON, **own, **kinds}

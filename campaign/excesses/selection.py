"""The rows of a table that are small excesses, in the data and in universes without new physics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.expressions import Cut
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.reading import Piece
from protomodels.campaign.scan.judge import MASS
from protomodels.errors import ConfigError

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NEEDED: Final = ("file", "error", "n_excluding", "n_universes", "chance")
"""Columns that every table of a scan with ``--excesses`` has."""
MOST_UNIVERSES: Final = 100_000
"""More are no number of universes."""
CERTAIN: Final = 1.0 + 1e-6
"""CLs at most, and rounding."""
WELCOME: Final = ("Z", "K", "mu_hat", "sigma_13")
EXPECTED: Final = "cls_exp:"
_OF_ANALYSES: Final = (EXPECTED, "cls_obs:", "z:", "region:", "topologies:", "particles:")


@dataclass(frozen=True, slots=True)
class Seen:
    """A small excess that one analysis has of a model.

    Attributes
    ----------
    analysis, region: where; the region is the signal region that the significance is of.
    cls_exp, cls_obs: of its most sensitive result.
    z: local significance.
    topologies, particles: that the signal is from, by their names.
    """

    analysis: str
    region: str
    cls_exp: float
    cls_obs: float
    z: float
    topologies: tuple[str, ...]
    particles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model with a small excess.

    Attributes
    ----------
    file: its name.
    seen: small excesses, the largest Z first.
    orthogonal: the most of these analyses that may be combined with each other.
    values: numbers of its row: masses as ``mass:X_t1``, sigma_13, Z, K, mu_hat.
    """

    file: str
    seen: tuple[Seen, ...]
    orthogonal: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True)
class PieceFound:
    """What a piece of the table holds.

    Attributes
    ----------
    n, errors, cut: rows, those without an answer, and those of the others that a cut removes.
    excluded: of the rest, by more analyses than the criteria allow.
    sensitive: of the rest, expected to be excluded by some analysis; ``spared`` of them are not excluded.
    by_analysis: how many models each analysis is expected to exclude.
    models: that have a small excess in the data, and are not excluded; those with too few analyses among them.
    by_chance: the same of universes, by number; ``n_universes`` of them, None where no row says how many.
    """

    n: int
    errors: int
    cut: int
    excluded: int
    sensitive: int
    spared: int
    by_analysis: Mapping[str, int]
    models: tuple[Model, ...]
    by_chance: Mapping[int, tuple[Model, ...]]
    n_universes: int | None


def check_columns(names: tuple[str, ...], criteria: Criteria) -> tuple[str, ...]:
    """The analyses that a table has columns of.

    Raises
    ------
    ConfigError: where a column is missing, naming it.
    """
    for name in NEEDED:
        if name not in names:
            allowed = "a table of `protomodels scan --excesses`"
            raise ConfigError("TABLE", f"no column {name}", allowed)
    check_cuts(names, criteria.cuts)
    found = tuple(name.removeprefix(EXPECTED) for name in names if name.startswith(EXPECTED))
    for analysis in found:
        for start in _OF_ANALYSES:
            if start + analysis not in names:
                raise ConfigError("TABLE", f"no column {start}{analysis}", "one beside those of the same analysis")
    return found


def check_cuts(names: tuple[str, ...], cuts: Sequence[Cut]) -> None:
    """Are all columns there that cuts need?

    Raises
    ------
    ConfigError: naming one that is not.
    """
    for name in (name for cut in cuts for name in cut.names if name not in names):
        own = ", ".join(known for known in names if ":" not in known)
        allowed = f"a column of the table: {own}, or one of a mass, as mass:X_t1, or of an analysis, in backquotes"
        raise ConfigError("--where", name, f"{allowed}: `z:CMS-SUS-19-006`")


def is_wanted(name: str, criteria: Criteria) -> bool:
    """Does the selection read this column?"""
    start = name[: name.find(":") + 1]
    used = any(name in cut.names for cut in criteria.cuts)
    return name in NEEDED or name in WELCOME or used or start == MASS or start in _OF_ANALYSES


def select(piece: Piece, analyses: tuple[str, ...], criteria: Criteria, orthogonality: Orthogonality) -> PieceFound:
    """The small excesses among some rows.

    Raises
    ------
    ConfigError: where a column is not what a scan writes, naming the file.
    """
    errors = piece.texts("error") != ""
    excluding, n_universes = _counts(piece, errors)
    passed = ~errors
    for cut in criteria.cuts:
        passed &= cut(piece)
    allowed = passed & (excluding <= criteria.excluding)
    expected = {name: piece.checked(EXPECTED + name, 0.0, CERTAIN) for name in analyses}
    sensitive = {name: passed & (values <= criteria.alpha) for name, values in expected.items()}
    anywhere = np.logical_or.reduce([np.zeros(piece.n, dtype=np.bool_), *sensitive.values()])
    names = [name for name, rows in sensitive.items() if rows.any()]
    observed = {name: (piece.checked(f"cls_obs:{name}", 0.0, CERTAIN), piece.checked(f"z:{name}")) for name in names}
    high = {
        name: (cls > criteria.alpha) & (z > criteria.z) & sensitive[name] & allowed
        for name, (cls, z) in observed.items()
    }
    some = np.flatnonzero(np.logical_or.reduce([np.zeros(piece.n, dtype=np.bool_), *high.values()]))
    models = []
    for place in some.tolist():
        row = piece.row(place)
        numbers = {
            name: (float(expected[name][place]), float(cls[place]), float(z[place]))
            for name, (cls, z) in observed.items()
            if high[name][place]
        }
        models.append(_model(row, numbers, orthogonality))
    by_chance: dict[int, list[Model]] = {}
    chance = piece.texts("chance")
    for place in np.flatnonzero(anywhere & (chance != "")).tolist():
        row = piece.row(place)
        expecting = {name: float(expected[name][place]) for name in names if sensitive[name][place]}
        for number, seen in _by_chance(row, criteria, n_universes or 0):
            passing = {name: (expecting[name], *values) for name, values in seen.items() if name in expecting}
            if passing:
                by_chance.setdefault(number, []).append(_model(row, passing, orthogonality))
    return PieceFound(
        piece.n,
        int(errors.sum()),
        int((~errors & ~passed).sum()),
        int((passed & (excluding > criteria.excluding)).sum()),
        int(anywhere.sum()),
        int((anywhere & allowed).sum()),
        {name: int(sensitive[name].sum()) for name in names},
        tuple(models),
        {number: tuple(own) for number, own in by_chance.items()},
        n_universes,
    )


def _counts(piece: Piece, errors: Bools) -> tuple[Floats, int | None]:
    """How many analyses exclude each model, (n,), and the number of universes, None where no row says it."""
    excluding, universes = piece.checked("n_excluding", 0.0), piece.checked("n_universes", 0.0, MOST_UNIVERSES)
    for name, values in (("n_excluding", excluding), ("n_universes", universes)):
        wrong = np.flatnonzero((np.isnan(values) & ~errors) | (values % 1 != 0) & np.isfinite(values))
        if len(wrong):
            what = f"{piece.texts('file')[wrong[0]]}: {name} {values[wrong[0]]}"
            raise ConfigError("TABLE", what, "a whole number in each row that has no error")
    known = np.unique(universes[~np.isnan(universes)]).astype(int).tolist()
    if len(known) > 1:
        raise ConfigError("TABLE", f"rows with {known[0]} and with {known[1]} universes", "one scan")
    return excluding, known[0] if known else None


def _by_chance(
    row: Mapping[str, Any], criteria: Criteria, n_universes: int
) -> Iterator[tuple[int, dict[str, tuple[float, float]]]]:
    """Number of each universe where the model is not excluded, and CLs and Z of analyses with a small excess there."""
    try:
        for number, (excluding, seen) in json.loads(row["chance"]).items():
            found = {
                str(name): (cls, z)
                for name, (cls, z) in seen.items()
                if cls is not None and cls > criteria.alpha and z > criteria.z
            }
            if not 0 <= int(number) < n_universes:
                raise ValueError(number)
            if excluding <= criteria.excluding and found:
                yield int(number), found
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        what = f"{row.get('file', 'a row')}: {str(row['chance'])[:60]}"
        raise ConfigError("chance", what, "what a scan writes there") from error


def _model(
    row: Mapping[str, Any], numbers: Mapping[str, tuple[float, float, float]], orthogonality: Orthogonality
) -> Model:
    """A row with CLs expected, CLs observed and Z of the analyses that have a small excess."""
    seen = [
        Seen(
            name,
            str(row.get(f"region:{name}", "")),
            *values,
            tuple(str(row.get(f"topologies:{name}", "")).split()),
            tuple(str(row.get(f"particles:{name}", "")).split()),
        )
        for name, values in numbers.items()
    ]
    own = {name: _float(value) for name, value in row.items() if name.startswith(MASS) or name in WELCOME}
    values = {name: value for name, value in own.items() if not np.isnan(value)}
    seen.sort(key=lambda one: (-one.z, one.analysis))
    return Model(str(row.get("file", "")), tuple(seen), orthogonality.largest(numbers.keys()), values)


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")

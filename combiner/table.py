"""Which results may be combined, i.e. are treated as uncorrelated (arXiv:2012.12246, section 3.2).

In this order, for two results i and j:

1. the same analysis: never (its regions overlap, or share their backgrounds and systematics);
2. another experiment or another sqrt(s): always (other detector, or other collisions);
3. otherwise only where a table lists the pair, for the analyses or for these regions;
4. on request, and against 3, not where the two signals share a decay topology of the model (policy "paper"), nor
   where the two analyses are known to share events (``strict``, policy "default": ``protomodels.combiner.rules``).

Entries permit, none forbids: an entry of an analysis covers all its regions, whatever entries of single regions stand
beside it, as SModelS reads them (adr/0021).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.rules import disjoint_pairs, overlapping
from protomodels.combiner.table_file import parse_table, read_table

Bools = NDArray[np.bool_]


def _same(values: Sequence[object]) -> Bools:
    """(n, n): True where two of n hashable values are equal."""
    codes: dict[object, int] = {}
    code = np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.intp)
    return np.equal.outer(code, code)


@dataclass(frozen=True)
class Combinability:
    """Which pairs of results of one experiment and sqrt(s) are uncorrelated.

    Attributes
    ----------
    listed: the pairs of labels (``ANALYSIS`` or ``ANALYSIS:REGION``), each sorted, without repetition. An
        entry of an analysis covers all its regions and its upper limits; ``*`` and ``?`` stand for any text and any
        letter, as in ``CMS-SUS-19-*``.
    note: where they come from, in words.

    >>> table = Combinability.from_rules([("ATLAS-1", "ATLAS-2")])
    >>> table.pairwise(["ATLAS-1", "ATLAS-2", "ATLAS-3", "CMS-1"], [None] * 4,
    ...                ["ATLAS", "ATLAS", "ATLAS", "CMS"], [13, 13, 13, 13]).astype(int)
    array([[0, 1, 0, 1],
           [1, 0, 0, 1],
           [0, 0, 0, 1],
           [1, 1, 1, 0]])
    """

    listed: frozenset[tuple[str, str]]
    note: str = ""
    _row: dict[str, int] = field(init=False, repr=False, compare=False)
    _matrix: Bools = field(init=False, repr=False, compare=False)
    _patterns: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _known: dict[str, Bools] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        labels = sorted({label for pair in self.listed for label in pair})
        row = {label: i for i, label in enumerate(labels)}
        # the last row and column stand for every label that the table does not know
        matrix = np.zeros((len(labels) + 1, len(labels) + 1), dtype=np.bool_)
        for one, other in self.listed:
            matrix[row[one], row[other]] = matrix[row[other], row[one]] = True
        matrix.setflags(write=False)
        object.__setattr__(self, "_row", row)
        object.__setattr__(self, "_matrix", matrix)
        object.__setattr__(self, "_patterns", tuple(label for label in labels if is_pattern(label)))
        object.__setattr__(self, "_known", {})

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels of the table, sorted."""
        return tuple(self._row)

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        """The matrix as numbers, for patterns: a product of bool is not computed by BLAS."""
        return self._matrix.astype(np.float64)

    @classmethod
    def from_file(cls, path: str | Path) -> Combinability:
        """The table of a JSON file (forms: ``protomodels.combiner.table_file``).

        Raises
        ------
        ConfigError: where the file is missing, no JSON, or of another shape.
        """
        table = read_table(path)
        return cls(frozenset(_ordered(table.listed())), table.note or str(path))

    @classmethod
    def from_text(cls, text: str, path: str) -> Combinability:
        """The table of a JSON file that was read before from ``path``; ConfigError as :meth:`from_file`."""
        table = parse_table(text, path)
        return cls(frozenset(_ordered(table.listed())), table.note or path)

    @classmethod
    def from_rules(cls, listed: Iterable[tuple[str, str]] = ()) -> Combinability:
        """The default without a file: selections of disjoint numbers of leptons, and what is ``listed``.

        Two selections of one experiment on the same collisions may share events and always share luminosity,
        jet energy scale and background models. Events are not shared where the numbers of leptons differ
        (``protomodels.combiner.rules``); of other pairs nothing in a results database says that they share none, and
        one pair wrongly taken as uncorrelated counts the same excess twice and raises K. So the rules refuse
        what they do not know.
        """
        note = "rules: another experiment or sqrt(s), disjoint numbers of leptons, and what is listed"
        return cls(disjoint_pairs() | frozenset(_ordered(listed)), note)

    def pairwise(
        self,
        analysis: Sequence[str],
        region: Sequence[str | None],
        experiment: Sequence[str],
        sqrts: Sequence[float],
        sharing: Bools | None = None,
        *,
        strict: bool = False,
    ) -> Bools:
        """The (n, n) matrix of allowed pairs among n results: symmetric, False on the diagonal.

        Parameters
        ----------
        analysis, experiment: names, one per result.
        region: name of the signal region; None (or "") where the result is an upper limit or combines
            regions: then entries of the analysis count, entries of one of its regions do not.
        sqrts: centre-of-mass energy in TeV.
        sharing: (n, n), True where two signals come from the same decay topology of the model; where given, such
            two results of one experiment and sqrt(s) are refused, listed or not.
        strict: refuse two analyses that are known to share events, listed or not.

        Raises
        ------
        ValueError: where the sequences are not of one length.
        """
        n = len(analysis)
        if {len(region), len(experiment), len(sqrts), n if sharing is None else len(sharing)} != {n}:
            raise ValueError(f"all sequences must have the length of analysis, {n}")
        found = self._listed(analysis, [f"{a}:{r}" if r else "" for a, r in zip(analysis, region, strict=True)])
        if strict:
            found &= ~overlapping(analysis)
        if sharing is not None:
            found &= ~sharing
        group = [(e, float(s)) for e, s in zip(experiment, sqrts, strict=True)]
        return np.asarray((found | ~_same(group)) & ~_same(analysis))

    def classes(self, analysis: Sequence[str], region: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which results the table cannot tell from one another.

        Parameters
        ----------
        analysis, region: names of n results; an empty region where the result is none.

        Returns
        -------
        The class of each result, (n,), and the first result of each class, (classes,): what :meth:`pairwise` says of
        these holds for all.

        >>> table = Combinability.from_rules([("A", "B:SR1")])
        >>> classes, first = table.classes(["A", "B", "B", "B"], ["SR9", "SR1", "SR2", ""])
        >>> classes.tolist(), first.tolist()
        ([0, 1, 2, 2], [0, 1, 2])
        """
        known: dict[tuple[str, str], int] = {}
        first: list[int] = []
        classes = np.empty(len(analysis), dtype=np.int64)
        for i, (name, part) in enumerate(zip(analysis, region, strict=True)):
            label = f"{name}:{part}" if part else ""
            key = (name, label if label in self._row or (label and self._matches(label).any()) else "")
            if key not in known:
                known[key] = len(first)
                first.append(i)
            classes[i] = known[key]
        return classes, np.array(first, dtype=np.int64)

    def _listed(self, whole: Sequence[str], part: Sequence[str]) -> Bools:
        """Which pairs the table has an entry for, (n, n).

        Parameters
        ----------
        whole, part: the labels of n results: of the analysis, and of the region (empty without one).
        """
        if self._patterns:
            found = [self._matches(a) | self._matches(p) for a, p in zip(whole, part, strict=True)]
            # of no results, too, the shape is that of a matrix
            members = np.array(found, dtype=np.bool_).reshape(len(found), len(self._matrix))
            counts = members.astype(np.float64) @ self._weights @ members.T.astype(np.float64)
            return np.asarray(counts > 0.0)
        unknown = len(self._row)
        label = np.array([[self._row.get(name, unknown) for name in names] for names in (whole, part)], dtype=np.intp)
        return np.asarray(self._matrix[label[:, None, :, None], label[None, :, None, :]].any(axis=(0, 1)))

    def _matches(self, label: str) -> Bools:
        """Which rows of the matrix a label has: its own, and those of the patterns that it matches; (rows,)."""
        found = self._known.get(label)
        if found is None:
            found = np.zeros(len(self._matrix), dtype=np.bool_)
            if label in self._row:
                found[self._row[label]] = True
            for pattern in self._patterns:
                found[self._row[pattern]] |= fnmatchcase(label, pattern)
            self._known[label] = found
        return found


def is_pattern(label: str) -> bool:
    """Does a label of a table stand for several?  Names of regions may hold a ``*`` of their own.

    >>> is_pattern("CMS-SUS-*"), is_pattern("CMS-SUS-19-006"), is_pattern("ATLAS-SUSY-2013-18:SR-0l-4j-C*")
    (True, False, False)
    """
    analysis = label.partition(":")[0]
    return "*" in analysis or "?" in analysis


def _ordered(pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Each pair with its smaller label first: either direction of an entry means the same."""
    return ((min(pair), max(pair)) for pair in pairs)

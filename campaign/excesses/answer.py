"""What a scan says of small excesses, the expectation by chance beside every number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from protomodels.campaign.excesses.counting import Counts, Tally
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.selection import Model
from protomodels.statistics.p_values import counted_p
from protomodels.tables import Report, Table, finite

SHOWN: Final = 20
"""Models and analyses that tables show."""


@dataclass(frozen=True)
class Beside:
    """A number of the data beside the same in universes without new physics.

    Attributes
    ----------
    data: what was found.
    chance: the same in each universe; empty without any.
    """

    data: int
    chance: tuple[int, ...]

    @property
    def p(self) -> float | None:
        """Probability of at least as many by chance, (1 + k) / (1 + n); None without universes.

        >>> Beside(5, (0, 1, 7)).p
        0.5
        """
        at_least = sum(n >= self.data for n in self.chance)
        return counted_p(at_least, len(self.chance)) if self.chance else None

    def expected(self) -> str:
        """Mean by chance, and the central 68% of the universes.

        >>> Beside(5, (0, 1, 7)).expected()
        '2.7 (0 to 5)'
        """
        if not self.chance:
            return "-"
        low, high = np.percentile(self.chance, [16.0, 84.0])
        return f"{np.mean(self.chance):.1f} ({low:.0f} to {high:.0f})"

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"data": self.data, "chance": list(self.chance), "p": self.p}


@dataclass(frozen=True)
class Excesses:
    """Small excesses of a scan.

    Attributes
    ----------
    table: name of the table.
    criteria: of the selection.
    counts: of all rows.
    """

    table: str
    criteria: Criteria
    counts: Counts

    @property
    def models(self) -> tuple[Model, ...]:
        """Selected models, those with most analyses and the largest Z first; a sample of them where they are many."""
        found = self.counts.data.selected.models
        return tuple(sorted(found, key=lambda m: (-len(m.orthogonal), -sum(s.z**2 for s in m.seen), m.file)))

    @property
    def selected(self) -> Beside:
        """Selected models."""
        return self._beside(lambda tally: tally.selected.shown)

    @property
    def by_number(self) -> Mapping[int, Beside]:
        """Models with a small excess in exactly 1, 2, ... analyses that may be combined, selected or not."""
        tallies = (self.counts.data, *self.counts.universes)
        most = max((n for tally in tallies for n in tally.by_number), default=1)
        return {n: self._beside(lambda tally, n=n: tally.by_number[n]) for n in range(1, most + 1)}  # type: ignore[misc]

    @property
    def analyses(self) -> Mapping[str, Beside]:
        """Models with a small excess in each analysis, selected or not; the most first."""
        counts = self.counts
        known = counts.sensitive_by_analysis
        order = sorted(known, key=lambda name: (-counts.data.by_analysis[name], -known[name], name))
        return {name: self._beside(lambda tally, name=name: tally.by_analysis[name]) for name in order}  # type: ignore[misc]

    def matrix(self) -> tuple[tuple[str, ...], np.ndarray[Any, np.dtype[np.int64]]]:
        """Analyses with a small excess, and models in common: (a,) and (a, a), on the diagonal those of each alone."""
        data = self.counts.data
        names = tuple(sorted(data.by_analysis, key=lambda name: (-data.by_analysis[name], name)))
        found = np.diag([data.by_analysis[name] for name in names]).astype(np.int64).reshape(len(names), len(names))
        place = {name: i for i, name in enumerate(names)}
        for (a, b), n in data.pairs.items():
            found[place[a], place[b]] = found[place[b], place[a]] = n
        return names, found

    def to_dict(self, most: int | None = None) -> dict[str, Any]:
        """As plain JSON values.

        Parameters
        ----------
        most: models that are listed; all that are held without.
        """
        counts, chosen = self.counts, self.criteria
        names, matrix = self.matrix()
        totals = ("n", "errors", "cut", "excluded", "sensitive", "spared", "n_universes")
        values = {
            "table": self.table,
            "criteria": {name: getattr(chosen, name) for name in ("alpha", "z", "analyses", "excluding")}
            | {"cuts": [cut.text for cut in chosen.cuts]},
            "counts": {{"n": "models", "spared": "not_excluded"}.get(n, n): getattr(counts, n) for n in totals},
            "selected": self.selected.to_dict(),
            "by_number": {str(n): beside.to_dict() for n, beside in self.by_number.items()},
            "analyses": {
                name: {"sensitive": counts.sensitive_by_analysis[name], **beside.to_dict()}
                for name, beside in self.analyses.items()
            },
            "common": {"analyses": list(names), "models": matrix.tolist()},
            "models": [model_dict(model) for model in self.models[:most]],
        }
        found: dict[str, Any] = finite(values)
        return found

    def report(self) -> Report:
        """The same as tables."""
        counts = self.counts
        lines = (
            ("models", str(counts.n)),
            ("without an answer", str(counts.errors)),
            *((("removed by cuts", str(counts.cut)),) if self.criteria.cuts else ()),
            ("excluded", str(counts.excluded)),
            ("expected to be excluded", str(counts.sensitive)),
            ("expected, and not excluded", str(counts.spared)),
        )
        rows = [(f"in {n} orthogonal analys{'is' if n == 1 else 'es'}", b) for n, b in self.by_number.items()]
        tables = (
            _beside_table("models with a small excess", "found", [*rows, ("selected", self.selected)]),
            self._analysis_table(),
            _model_table(self.models[:SHOWN]),
        )
        title = f"{self.selected.data} of {counts.n} models of {self.table} are small excesses"
        return Report(title, lines, tables, self._notes())

    def _notes(self) -> tuple[str, ...]:
        counts, notes = self.counts, []
        if counts.n_universes:
            notes.append(f"by chance: mean and central 68% of {counts.n_universes} universes without new physics")
        else:
            notes.append("no expectation by chance: scan with --universes 50")
        if len(self.models) < counts.data.selected.shown:
            notes.append(f"{len(self.models)} selected models are held, chosen at random; all are counted")
        return tuple(notes)

    def _analysis_table(self) -> Table:
        rows = []
        for name, beside in list(self.analyses.items())[:SHOWN]:
            sensitive = str(self.counts.sensitive_by_analysis[name])
            rows.append((name, sensitive, str(beside.data), beside.expected(), _p(beside.p)))
        columns = ("analysis", "expected to exclude", "small excess", "by chance", "p")
        return Table("analyses", columns, tuple(rows), columns[1:])

    def _beside(self, number: Callable[[Tally], int]) -> Beside:
        return Beside(number(self.counts.data), tuple(number(tally) for tally in self.counts.universes))


def model_dict(model: Model) -> dict[str, Any]:
    """A model as plain values."""
    own = [{name: getattr(one, name) for name in one.__slots__} for one in model.seen]
    for one in own:
        one |= {"topologies": list(one["topologies"]), "particles": list(one["particles"])}
    return {"file": model.file, "orthogonal": list(model.orthogonal), "seen": own, **model.values}


def _beside_table(title: str, first: str, rows: Sequence[tuple[str, Beside]]) -> Table:
    columns = (first, "models", "by chance", "p")
    texts = [(name, str(beside.data), beside.expected(), _p(beside.p)) for name, beside in rows]
    return Table(title, columns, tuple(texts), columns[1:])


def _model_table(models: Sequence[Model]) -> Table:
    columns = ("model", "analyses", "largest local Z", "Z", "K")
    rows = []
    for model in models:
        own = [f"{model.values[name]:.2f}" if name in model.values else "-" for name in ("Z", "K")]
        rows.append((model.file, " ".join(model.orthogonal), f"{model.seen[0].z:.2f}", *own))
    return Table("selected models", columns, tuple(rows), columns[2:])


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"

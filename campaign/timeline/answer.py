"""A timeline: models through releases, as tables, a dictionary or a data frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

from protomodels.campaign.timeline.changes import Change, Step
from protomodels.campaign.timeline.history import History, Standing
from protomodels.tables import Report, Table, data_frame

if TYPE_CHECKING:
    import pandas as pd

SHOWN: Final = 8
"""Changes of a step that are shown, those of the largest influence."""
SMALLEST: Final = 0.005
"""Influence on K below which a change is not shown."""


@dataclass(frozen=True, repr=False)
class Timeline(Sequence[History]):
    """K of models in one release of the results after another; a sequence of one :class:`History` for each model.

    Attributes
    ----------
    releases: their names, the oldest first.
    fingerprints: of each.
    left_out: of each, why analyses could not be read, by their folders.
    histories: of the models, in the order that was asked for.
    found_in: the results that the models were found in by a run; empty where that is not known.
    """

    releases: tuple[str, ...]
    fingerprints: tuple[str, ...]
    left_out: tuple[dict[str, str], ...]
    histories: tuple[History, ...]
    found_in: str = ""

    @overload
    def __getitem__(self, place: int) -> History: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[History, ...]: ...
    def __getitem__(self, place: int | slice) -> History | tuple[History, ...]:
        return self.histories[place]

    def __len__(self) -> int:
        return len(self.histories)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the names of ``protomodels timeline --format json``."""
        return {
            "releases": [
                {"name": name, "fingerprint": key, "left_out": left_out}
                for name, key, left_out in zip(self.releases, self.fingerprints, self.left_out, strict=True)
            ],
            "found_in": self.found_in or None,
            "models": [history.to_dict() for history in self],
        }

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each model and release (pandas).

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        columns = ("label", "release", "K", "Z", "mu_hat", "mu_max", "limit", "reason")
        rows = [{"label": history.label} | standing.to_dict() for history in self for standing in history.standings]
        return data_frame(rows, columns)

    def report(self) -> Report:
        """As tables for people."""
        tables = [_standing_table(self[0])] if len(self) == 1 else [_overview(self)]
        tables += [table for history in self for step in history.steps if (table := _step_table(history, step, self))]
        notes = []
        for history in self:
            word, why = history.verdict
            notes.append(f"{history.label}: {word} ({why})")
            notes += [f"{s.release}: no K of {history.label}: {s.reason}" for s in history.standings if s.K is None]
        notes += [
            f"left out of {name}, SModelS cannot read them: {', '.join(left_out)}"
            for name, left_out in zip(self.releases, self.left_out, strict=True)
            if left_out
        ]
        if self.found_in:
            notes.append(f"found in {self.found_in}: K there is the best of a search, that of other releases is not")
        return Report(f"{self.releases[0]} to {self.releases[-1]}", (), tuple(tables), tuple(notes))

    def __repr__(self) -> str:
        said = ", ".join(f"{history.label}: {history.verdict[0]}" for history in self.histories)
        return f"<Timeline: {len(self.releases)} releases; {said}>"

    def _repr_html_(self) -> str:
        return self.report().html()


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _standing_table(history: History) -> Table:
    columns = ("release", "K", "Z", "mu-hat", "mu_max", "limited by", "combination")
    rows = tuple(
        (s.release, *map(_number, (s.K, s.Z, s.mu_hat)), _top(s), s.limit, " ".join(s.analyses))
        for s in history.standings
    )
    return Table(f"{history.label}: {history.verdict[0]}", columns, rows, columns[1:5])


def _overview(timeline: Timeline) -> Table:
    columns = ("model", *timeline.releases, "verdict")
    rows = tuple((h.label, *map(_number, h.K), h.verdict[0]) for h in timeline)
    return Table("K in each release", columns, rows, timeline.releases)


def _step_table(history: History, step: Step, timeline: Timeline) -> Table | None:
    shown = [change for change in step.changes if change.size >= SMALLEST][:SHOWN]
    if not shown:
        return None
    columns = ("analysis", "", "what", "as evidence", "as limit", "mu_max without", "before")
    whose = "" if len(timeline) == 1 else f"{history.label}, "
    title = f"{whose}{step.before} to {step.after}: {len(step.came)} new, {len(step.went)} gone"
    return Table(title, columns, tuple(_row(change) for change in shown), columns[3:])


def _row(change: Change) -> tuple[str, ...]:
    """What an analysis does to K now, and in all what it did before."""
    now, then = change.after, change.before
    return (
        change.analysis,
        change.kind,
        change.what,
        "" if now is None else _signed(now.as_evidence),
        "" if now is None else _signed(now.as_limit),
        "" if now is None else _strength(now.mu_max_without),
        "" if then is None else _signed(then.total),
    )


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def _top(standing: Standing) -> str:
    return _strength(standing.mu_max)


def _strength(mu: float) -> str:
    return "none" if mu == float("inf") else f"{mu:.3f}"

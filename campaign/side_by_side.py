"""The global p-values of one run side by side: its campaigns with other factors, seeds or numbers of universes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import pvalue_answer
from protomodels.database import Storage
from protomodels.errors import ConfigError
from protomodels.statistics.intervals import Interval
from protomodels.tables import Report, Table

_COLUMNS: Final = (
    "campaign",
    "K",
    "factor",
    "universes",
    "reaching",
    "p",
    "Z",
    "95% interval",
    "by density",
    "by a tail fit",
)


@dataclass(frozen=True, repr=False)
class PValues:
    """The p-values of one run.

    Attributes
    ----------
    run: the judged one.
    answers: of its campaigns, oldest first, at least one.
    """

    run: str
    answers: tuple[GlobalPValue, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values: each campaign as ``protomodels pvalue --campaign CAMPAIGN --format json`` has it."""
        return {"run": self.run, "campaigns": [answer.to_dict() for answer in self.answers]}

    def report(self) -> Report:
        """As text for people."""
        rows = tuple(_row(answer) for answer in self.answers)
        reasons = tuple(f"{a.campaign}: no tail fit: {a.tail.reason}" for a in self.answers if a.tail.reason)
        table = Table("", _COLUMNS, rows, numeric=_COLUMNS[1:7])
        return Report(f"global p-values of run {self.run}", tables=(table,), notes=reasons)

    def __repr__(self) -> str:
        return f"<PValues of run {self.run}: {len(self.answers)} campaigns>"

    def _repr_html_(self) -> str:
        return self.report().html()


def pvalues_of(storage: Storage, run: str) -> PValues:
    """All global p-values that were asked for of a run, from the universes that are finished; nothing is walked.

    Raises
    ------
    NotFoundError: where there is no such run.
    ConfigError: where no global p-value of it was asked for, or a universe is not searched as the run was.
    """
    storage.get_run(run)
    found = storage.list_campaigns(None, judged_run=run)
    if not found:
        raise ConfigError("run", run, f"a run with a campaign: protomodels pvalue --run {run} begins one")
    return PValues(run, tuple(pvalue_answer(storage, campaign.id) for campaign in reversed(found)))


def _row(answer: GlobalPValue) -> tuple[str, ...]:
    head = (
        answer.campaign,
        f"{answer.K_observed:.3f}",
        f"{answer.fudge:g}",
        f"{answer.n} of {answer.wanted}",
        str(answer.reaching),
    )
    if not answer.n:
        return (*head, "-", "-", "-", "-", "-")
    density = "-" if answer.p_density is None else f"{answer.p_density:.2g}"
    tail = answer.tail
    sign = "<= " if tail.at_most else ""
    fitted = "-" if tail.p is None or tail.interval is None else f"{sign}{tail.p:.2g} ({_ends(tail.interval)})"
    return (*head, f"{answer.p:.2g}", f"{answer.significance:.2f}", _ends(answer.interval()), density, fitted)


def _ends(interval: Interval) -> str:
    return f"{interval.low:.2g} to {interval.high:.2g}"

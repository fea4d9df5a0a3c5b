"""What is said of a spectrum, as tables for people."""

from __future__ import annotations

import math
from typing import Final

from protomodels.results.catalog import result_type
from protomodels.scoring.report import contribution_table
from protomodels.scoring.spectrum.evaluation import SpectrumEvaluation
from protomodels.scoring.spectrum.results import Result
from protomodels.tables import Report, Table

RESULTS_SHOWN: Final = 12
"""The most sensitive results are shown, so many."""


def spectrum_report(evaluation: SpectrumEvaluation) -> Report:
    """An evaluation: is it excluded, what sees it, what speaks for it."""
    values = evaluation.to_dict()
    tables = [results_table(evaluation.results)] if evaluation.results else []
    tables += (
        [contribution_table(values["combination"], "Z" if evaluation.K is None else "K")] if evaluation.best else []
    )
    tables += [evaluation.coverage.report_table()] if evaluation.coverage is not None else []
    left_out = (f"left out: {entry['analysis']} ({entry['reason']})" for entry in values["left_out"])
    return Report(_title(evaluation), _summary(evaluation), tuple(tables), (*evaluation.warnings, *left_out))


def results_table(results: tuple[Result, ...]) -> Table:
    """The results that are expected to see most of a model."""
    title = f"what sees it (r = signal / 95% CL limit; {min(len(results), RESULTS_SHOWN)} of {len(results)} results)"
    rows = tuple(
        (
            *(r.analysis, r.region, result_type(r.is_ul), ", ".join(r.topologies)),
            *(_shown(x, "{:.3g}") for x in (r.signal,)),
            *(_shown(x, "{:.3f}") for x in (r.r_obs, r.r_exp, r.cls_obs, r.cls_exp)),
        )
        for r in results[:RESULTS_SHOWN]
    )
    columns = ("analysis", "region", "type", "topologies", "signal", "r obs", "r exp", "CLs obs", "CLs exp")
    return Table(title, columns, rows, columns[4:])


def _title(evaluation: SpectrumEvaluation) -> str:
    by = evaluation.excluded_by
    if not evaluation.results:
        return "no result sees this model"
    if not by:
        return "not excluded at 95% CL"
    more = f" and {len(by) - 1} more" if len(by) > 1 else ""
    return f"excluded at 95% CL by {by[0][0]} {by[0][1]}{more}"


def _summary(evaluation: SpectrumEvaluation) -> tuple[tuple[str, str], ...]:
    K = f"none: {evaluation.reason}" if evaluation.K is None else f"{evaluation.K:.3f}"
    found = [("K", K)]
    if evaluation.Z is not None:
        top = "without a limit" if math.isinf(evaluation.mu_max) else f"at most {evaluation.mu_max:.3f}"
        n = len(evaluation.contributions)
        found += [
            ("Z", f"{evaluation.Z:.3f}, of {n} results that may be combined"),
            ("mu-hat", f"{evaluation.mu_hat:.3f}, {top}"),
        ]
    return tuple(found)


def _shown(value: float, form: str) -> str:
    return form.format(value) if math.isfinite(value) else "-"

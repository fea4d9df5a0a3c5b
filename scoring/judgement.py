"""The judgement of a hiscore: its robustness and the error bars of its parameters, as plain values that are stored."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from protomodels.combiner import Combinability
from protomodels.errors import ConfigError, ModelError
from protomodels.kernel import is_compiled
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.robustness import RobustnessJudge
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.uncertainty import fisher_errors, profile_errors
from protomodels.tables import Report, Table, finite

log = logging.getLogger(__name__)

WIDEST: Final = 20.0
"""Shown as not constrained: intervals that are wider than so many times the value."""


class Judgements:
    """Judges models, with what one scorer says of them.

    Parameters
    ----------
    scorer: what they are scored with.
    other: another table of combinable analyses, by which K is said as well.
    """

    def __init__(self, scorer: Scorer, other: Combinability | None = None) -> None:
        self._robustness = RobustnessJudge(scorer, other)
        self.scorer = self._robustness.scorer

    def of(self, evaluation: Evaluation, profile: bool = True) -> dict[str, Any] | None:
        """``robustness``, as :meth:`Robustness.to_dict` says it, and ``errors``, one for each interval.

        None for a model that has no K.  ``errors`` is empty, and ``errors_missing`` says why, where gradients are not
        known: with a critic of the user's own, or cross sections that a model brings.

        Parameters
        ----------
        profile: also the intervals of masses by the likelihood itself, the other parameters fixed: 0.3 s instead of
            milliseconds.

        Raises
        ------
        PredictionError: where the model, or one beside it, cannot be evaluated.
        """
        found = self._robustness.of(evaluation)
        if found is None:
            return None
        if not is_compiled("add_slopes"):
            log.warning("compiling error bars for this machine, once: about ten seconds")
        errors: list[dict[str, Any]] = []
        missing = ""
        try:
            errors += [asdict(one) for one in fisher_errors(evaluation)]
            if profile:
                errors += [asdict(one) for one in profile_errors(evaluation, held=True)]
        except (ConfigError, ModelError) as error:
            missing = str(error)
        values = {"robustness": found.to_dict(), "errors": finite(errors)}
        return values | ({"errors_missing": missing} if missing else {})


Values = Mapping[str, Any]


def judgement_report(judged: Values) -> Report:
    """A judgement, fresh or stored, for people: the verdict, its reasons, and the error bars."""
    values, errors = judged["robustness"], judged["errors"]
    tables = (robustness_table(values), *([errors_table(errors)] if errors else []))
    held = held_words(errors)
    missing = (f"no error bars: {judged['errors_missing']}",) if "errors_missing" in judged else ()
    return Report(f"Verdict: {values['verdict']}", (), tables, notes_of(values) + held + missing)


def robustness_table(values: Values) -> Table:
    """The robustness of a model as a table for people.

    Parameters
    ----------
    values: as :meth:`Robustness.to_dict` gives them.
    """
    rows = [
        ("as it is", _K(values["K"])),
        (f"without its strongest analysis, {values['strongest_analysis']}", _K(values["without_strongest_analysis"])),
        *((f"without {name}", _K(K)) for name, K in values["without_each_experiment"].items()),
        *((f"without {name}", _K(K)) for name, K in values["without_each_particle"].items()),
    ]
    if values["smallest_at"]:
        rows.append((f"smallest within 5%: {values['smallest_at']}", _K(values["smallest_within_5_percent"])))
    rows.append(("combined by the rule, without a table", _K(values["by_rule"])))
    if values["by_other_table"] is not None:
        rows.append(("combined by the other table", _K(values["by_other_table"])))
    rows += [
        ("without the prior on multipliers", _K(values["without_prior_on_multipliers"])),
        ("with results at edges of maps", _K(values["with_edges"])),
        ("without results at edges of maps", _K(values["without_edges"])),
        ("without any guard", _K(values["without_guards"])),
    ]
    return Table("how robust: K ...", ("scored", "K"), tuple(rows), ("K",))


def notes_of(values: Values) -> tuple[str, ...]:
    """What is said below that table: the reasons of the verdict, multipliers, and what stands at edges."""
    largest, smallest = values["largest_multiplier"], values["smallest_multiplier"]
    kappas = "" if largest is None else f"Multipliers lie between {smallest:.3g} and {largest:.3g}. "
    share = f"{values['share_at_edges']:.0%} of the evidence stands at edges of maps."
    return (*values["reasons"], kappas + share)


def errors_table(errors: Sequence[Values]) -> Table:
    """Error bars as a table for people: 68%, by Fisher's information and with the other parameters fixed.

    Parameters
    ----------
    errors: intervals as plain values.
    """
    bars: dict[str, dict[str, Values]] = {}
    for one in errors:
        bars.setdefault(one["name"], {})[one["method"]] = one
    rows = []
    for name, found in bars.items():
        first = next(iter(found.values()))
        cells = [_bar(found.get("fisher")), _bar(found.get("others fixed"))]
        rows.append((name, f"{first['value']:.4g}", *cells, first["unit"]))
    columns = ("parameter", "value", "68%, all free", "68%, others fixed", "unit")
    return Table("error bars", columns, tuple(rows), columns[1:4])


def held_words(errors: Sequence[Values]) -> tuple[str, ...]:
    """Of parameters whose value lies outside the bar of the likelihood: something else holds them there."""
    outside = [
        one["name"] for one in errors if one["low"] is not None and not one["low"] <= one["value"] <= one["high"]
    ]
    if not outside:
        return ()
    verb = "lies outside its bar: it is" if len(outside) == 1 else "lie outside their bars: they are"
    return (f"{', '.join(outside)} {verb} held there by published limits or the prior, not by what was combined.",)


def _bar(one: Values | None) -> str:
    if one is None:
        return ""
    if one["low"] is None or one["high"] - one["low"] > WIDEST * abs(one["value"]):
        return "not constrained"
    if one["low"] < 0.0:  # no mass, multiplier or ratio is: the parabola ends beyond what is possible
        return f"below {_end(one, 'high')}"
    return f"{_end(one, 'low')} to {_end(one, 'high')}"


def _end(one: Values, side: str) -> str:
    """An end; in brackets where it is that of the allowed range."""
    return f"{one[side]:.4g}" if one[f"{side}_reached"] else f"({one[side]:.4g})"


def _K(value: float | None) -> str:  # noqa: N802 - the field's letter
    return "nothing left" if value is None else f"{value:.3f}"

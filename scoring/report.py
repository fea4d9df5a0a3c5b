"""What is said of a proto-model, as tables for people: fresh from an evaluation, or from what was stored of one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from protomodels.particles import PARTICLES
from protomodels.scoring.ablation import Ablation
from protomodels.scoring.evaluation import Evaluation, Score
from protomodels.tables import Report, Table

LIMITS_SHOWN: Final = 8
"""The strongest limits are shown, so many."""
NO_K: Final = "no legal combination of results sees it"
"""Said of an answer without a reason: of services of version 0.1.0."""

Rows = Sequence[Mapping[str, Any]]


def evaluation_report(evaluation: Evaluation) -> Report:
    """An evaluation: K and its terms, what drives it, what holds it back."""
    values = evaluation.to_dict()
    found = report(values, values["combination"], values["critic"])
    notes = tuple(f"left out: {analysis} ({reason})" for analysis, reason in evaluation.left_out)
    chosen = () if evaluation.score is None else (("chosen", _chosen(evaluation.score, evaluation.parsimony.penalty)),)
    return Report(found.title, (*found.summary, *chosen), found.tables, notes)


def report(values: Mapping[str, Any], combination: Rows, critic: Rows) -> Report:
    """The same from plain values.

    Parameters
    ----------
    values: K (None where there is none, for a ``reason``), Z, mu_hat, mu_max (None without a limit), n_particles, n_br,
        n_ssm; reference_order, where it is known.
    combination: results of the best combination: analysis, region, type, observed, expected, signal, llr.
    critic: limits, the strongest first: analysis, region, type, r_obs, r_exp (None where it is not known).
    """
    tables = [contribution_table(combination)] if combination else []
    tables += [_limit_table(critic)] if critic else []
    if values["K"] is None:
        return Report(f"no K: {values.get('reason') or NO_K}", (), tuple(tables))
    title = f"K = {values['K']:.3f}, Z = {values['Z']:.3f}"
    return Report(title, _summary(values), tuple(tables))


def ablation_table(ablation: Ablation) -> Table:
    """K without each particle and each analysis."""
    named = {PARTICLES[pid].name: K for pid, K in ablation.without_particle.items()} | ablation.without_analysis
    rows = tuple((name, "nothing left" if K is None else f"{K:.3f}") for name, K in named.items())
    return Table(f"K = {ablation.K:.3f}, and without ...", ("particle or analysis", "K"), rows, ("K",))


def _chosen(score: Score, penalty: float) -> str:
    words = f"the best of {score.best.certificate.n_legal} legal combinations"
    if not score.best.runners_up:
        return words
    return f"{words}; the next one has K = {2.0 * score.best.runners_up[0].log_ratio - penalty:.3f}"


def _summary(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """K with the terms it is made of."""
    K, Z, mu_max = values["K"], values["Z"], values["mu_max"]
    n_particles, n_br, n_ssm = values["n_particles"], values["n_br"], values["n_ssm"]
    # what was stored of older models knows no prior on multipliers: theirs is what is left, 0
    strength = Z * Z - n_particles - n_br / 2 - n_ssm / 4 - K
    far = f" - {strength:.2f}" if strength > 1e-6 else ""
    top = "without a limit" if mu_max is None or math.isinf(mu_max) else f"at most {mu_max:.3f}"
    return (
        ("K", f"{K:.3f} = Z^2 - prior = {Z * Z:.2f} - {n_particles:.2f} - {n_br / 2:.2f} - {n_ssm / 4:.2f}{far}"),
        (
            "prior",
            f"{n_particles} particles, {n_br} branching ratios, {n_ssm:g} signal strength multipliers"
            + (", their distance from 1" if far else ""),
        ),
        ("mu-hat", f"{values['mu_hat']:.3f}, {top}"),
        *([("cross sections", f"{order}, times the multipliers")] if (order := values.get("reference_order")) else []),
    )


def contribution_table(combination: Rows, what: str = "K") -> Table:
    """The results of a best combination, and what each gives to K, or to Z^2."""
    rows = tuple(
        (
            *(c["analysis"], c["region"] or "", c["type"]),
            *(f"{c['observed']:.4g}", f"{c['expected']:.4g}", f"{c['signal']:.3g}", f"{2 * c['llr']:+.2f}"),
        )
        for c in combination
    )
    columns = ("analysis", "region", "type", "observed", "expected", "signal", "2 llr")
    return Table(f"what drives {what} (events; fb for UL)", columns, rows, columns[3:])


def _limit_table(critic: Rows) -> Table:
    rows = tuple(
        (
            m["analysis"],
            m["region"] or "",
            m["type"],
            f"{m['r_obs']:.3f}",
            "-" if m["r_exp"] is None else f"{m['r_exp']:.3f}",
        )
        for m in critic[:LIMITS_SHOWN]
    )
    columns = ("analysis", "region", "type", "r observed", "r expected")
    return Table("what holds it back (r = signal / 95% CL limit)", columns, rows, columns[3:])

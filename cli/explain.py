"""Why a model scores and what holds it back, as tables for people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from protomodels.cli.spectrum import draw_spectrum
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES

if TYPE_CHECKING:
    from protomodels.critic import AllowedStrength
    from protomodels.scoring.ablation import Ablation
    from protomodels.scoring.scorer import Score

LIMITS_SHOWN = 8


@dataclass(frozen=True)
class ScoreReport:
    """What the tables are made from: fresh from a scoring, or from the storage.

    Attributes
    ----------
    title: first line.
    model: the model; its spectrum is drawn.
    summary: pairs of a name and a value.
    contributions: (analysis, region, type, observed, expected, signal, llr), the largest llr first.
    limits: (analysis, region, type, r_obs, r_exp or None), the strongest first.
    notes: lines below the tables.
    """

    title: str
    model: ProtoModel
    summary: Sequence[tuple[str, str]]
    contributions: Sequence[tuple[str, str, str, float, float, float, float]]
    limits: Sequence[tuple[str, str, str, float, float | None]]
    notes: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        model: ProtoModel,
        score: Score | None,
        allowed: AllowedStrength,
        left_out: Sequence[tuple[str, str]] = (),
    ) -> ScoreReport:
        """The explanation of a fresh score."""
        from protomodels.runs.records import result_type

        limits = [(m.analysis, m.region, result_type(m.is_ul), m.r_obs, m.r_exp) for m in allowed.limits]
        notes = [f"left out: {analysis} ({reason})" for analysis, reason in left_out]
        if score is None:
            return cls("no legal combination of results sees this model: it has no K", model, [], [], limits, notes)
        counts, proof = score.parsimony, score.best.certificate
        summary = summary_of(
            score.K, score.Z, score.mu_hat, allowed.mu_max, counts.n_particles, counts.n_br, counts.n_ssm
        )
        summary.append(("chosen", f"the best of {proof.n_legal} legal combinations{_runner_up(score)}"))
        rows = [
            (c.analysis, c.region, result_type(c.is_ul), c.observed, c.expected, c.signal, c.llr)
            for c in score.contributions
        ]
        return cls(f"K = {score.K:.3f}, Z = {score.Z:.3f}", model, summary, rows, limits, notes)


def _runner_up(score: Score) -> str:
    if not score.best.runners_up:
        return ""
    K = 2.0 * score.best.runners_up[0].log_ratio - score.parsimony.penalty
    return f"; the next one has K = {K:.3f}"


def summary_of(
    K: float, Z: float, mu_hat: float, mu_max: float | None, n_particles: int, n_br: int, n_ssm: float
) -> list[tuple[str, str]]:
    """K with the terms it is made of."""
    top = "without a limit" if mu_max is None or math.isinf(mu_max) else f"at most {mu_max:.3f}"
    return [
        ("K", f"{K:.3f} = Z^2 - prior = {Z * Z:.2f} - {n_particles:.2f} - {n_br / 2:.2f} - {n_ssm / 4:.2f}"),
        ("prior", f"{n_particles} particles, {n_br} branching ratios, {n_ssm:g} signal strength multipliers"),
        ("mu-hat", f"{mu_hat:.3f}, {top}"),
    ]


def wide_console() -> Console:
    """The terminal, or a page wide enough for the tables where standard output is none."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


def print_score(explanation: ScoreReport) -> None:
    """Write the tables to standard output."""
    console = wide_console()
    console.print(f"[bold]{explanation.title}[/bold]   {explanation.model}\n", highlight=False)
    console.print(draw_spectrum(explanation.model), highlight=False)
    for name, value in explanation.summary:
        console.print(f"   {name:12s} {value}", highlight=False)
    if explanation.contributions:
        console.print(_contribution_table(explanation))
    if explanation.limits:
        console.print(_limit_table(explanation))
    for note in explanation.notes:
        console.print(note)


def _contribution_table(explanation: ScoreReport) -> Table:
    table = Table(title="what drives K (events; fb for UL)")
    for name in ("analysis", "region", "type"):
        table.add_column(name)
    for name in ("observed", "expected", "signal", "2 llr"):
        table.add_column(name, justify="right")
    for analysis, region, kind, observed, expected, signal, llr in explanation.contributions:
        table.add_row(analysis, region, kind, f"{observed:.4g}", f"{expected:.4g}", f"{signal:.3g}", f"{2 * llr:+.2f}")
    return table


def _limit_table(explanation: ScoreReport) -> Table:
    table = Table(title="what holds it back (r = signal / 95% CL limit)")
    for name in ("analysis", "region", "type"):
        table.add_column(name)
    table.add_column("r observed", justify="right")
    table.add_column("r expected", justify="right")
    for analysis, region, kind, r_obs, r_exp in explanation.limits[:LIMITS_SHOWN]:
        known = r_exp is not None and math.isfinite(r_exp)
        table.add_row(analysis, region, kind, f"{r_obs:.3f}", f"{r_exp:.3f}" if known else "-")
    return table


def print_ablation(ablation: Ablation) -> None:
    """Write K without each particle and each analysis to standard output."""
    table = Table(title=f"K = {ablation.K:.3f}, and without ...")
    table.add_column("particle or analysis")
    table.add_column("K", justify="right")
    named = {PARTICLES[pid].name: K for pid, K in ablation.without_particle.items()} | ablation.without_analysis
    for name, K in named.items():
        table.add_row(name, "nothing left" if K is None else f"{K:.3f}")
    wide_console().print(table)

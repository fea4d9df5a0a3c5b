"""What the chains of a posterior say, as one record that is stored, shown and sent."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from protomodels.errors import StorageError
from protomodels.runs.posterior.regions import RegionSignal
from protomodels.statistics.posterior import LogBayesFactor
from protomodels.tables import Report, Table, finite

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ParticleAnswer:
    """A particle: probability that it is there, error of the computation, and prior probability."""

    name: str
    probability: float
    error: float
    prior: float


@dataclass(frozen=True, slots=True)
class ContentAnswer:
    """A content by the names of its particles, X_Z1 left out; none for the Standard Model.  As a particle."""

    particles: tuple[str, ...]
    probability: float
    error: float
    prior: float


@dataclass(frozen=True, slots=True)
class QuantityAnswer:
    """A quantity where it is there, and how the chains mix in it.

    Attributes
    ----------
    name: as in :class:`protomodels.runs.posterior.quantities.Series`.
    given: the particles without which it is not there; none for one of the whole model.
    share: of the draws, those in which it is there.
    median, low68, high68, low95, high95: with its shortest intervals of 68% and 95%.
    r_hat, bulk, tail: None where they are not defined.
    judged: whether the verdict counts it: not what is there in too few draws, nor what never changes.
    """

    name: str
    given: tuple[str, ...]
    share: float
    median: float
    low68: float
    high68: float
    low95: float
    high95: float
    r_hat: float | None
    bulk: float | None
    tail: float | None
    judged: bool


@dataclass(frozen=True, slots=True)
class Corner:
    """Masses (GeV) of draws with the most probable content beside the Standard Model's, (draws, particles)."""

    particles: tuple[str, ...] = ()
    masses: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """How the chains went.

    Attributes
    ----------
    chains, sweeps, draws: number of chains, of sweeps of each after the warm-up, and of kept draws of all.
    r_hat: the largest of what is judged, None without any.
    effective: the smallest effective number of draws of what is judged.
    betas, exchange: of each chain the inverse temperatures, and the shares of accepted exchanges of neighbours.
    round_trips: of each chain.
    accepted: by name of the move the share that was accepted, at beta = 1.
    agree: do the two ways to the Bayes factor?
    """

    chains: int
    sweeps: int
    draws: int
    r_hat: float | None
    effective: float | None
    betas: tuple[tuple[float, ...], ...]
    exchange: tuple[tuple[float, ...], ...]
    round_trips: tuple[int, ...]
    accepted: dict[str, float]
    agree: bool


@dataclass(frozen=True)
class PosteriorAnswer:
    """What chains say.

    Attributes
    ----------
    run: id of the posterior.
    target, prior_only: of its config.
    converged: whether all requirements were met; ``reasons`` says which were not.
    particles: the most probable first.
    contents: of those that were visited the 200 most probable, these first.
    log_bayes_factor: ln B of new particles against the Standard Model: of the two ways the one with the smaller error.
    by_integration, by_visits: the two ways.
    quantities, regions, corner, diagnostics: see there.
    """

    run: str
    target: str
    prior_only: bool
    converged: bool
    reasons: tuple[str, ...]
    particles: tuple[ParticleAnswer, ...]
    contents: tuple[ContentAnswer, ...]
    log_bayes_factor: LogBayesFactor
    by_integration: LogBayesFactor
    by_visits: LogBayesFactor
    quantities: tuple[QuantityAnswer, ...]
    regions: tuple[RegionSignal, ...]
    corner: Corner
    diagnostics: Diagnostics

    def to_dict(self) -> dict[str, Any]:
        """As plain values, with the names of ``protomodels posterior --format json``."""
        values: dict[str, Any] = finite(asdict(self))
        particles = {row.pop("name"): row for row in values["particles"]}
        return values | {"particles": particles}

    def to_json(self) -> str:
        """As it is stored."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> PosteriorAnswer:
        """The answer that :meth:`to_json` wrote.

        Raises
        ------
        StorageError: where the text is none.
        """
        try:
            values = json.loads(text)
            values["particles"] = [{"name": name, **row} for name, row in values["particles"].items()]
            for name in ("log_bayes_factor", "by_integration", "by_visits"):
                values[name] = LogBayesFactor(**values[name])
            lists = {"particles": ParticleAnswer, "contents": ContentAnswer, "quantities": QuantityAnswer}
            for name, kind in (lists | {"regions": RegionSignal}).items():
                values[name] = tuple(_made(kind, row) for row in values[name])
            for name, one in (("corner", Corner), ("diagnostics", Diagnostics)):
                values[name] = _made(one, values[name])
            return cls(**values | {"reasons": tuple(values["reasons"])})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StorageError(f"a stored answer cannot be read: {error!r}") from error

    def __str__(self) -> str:
        state = "converged" if self.converged else "not converged: " + "; ".join(self.reasons)
        return f"posterior {self.run} ({state}): ln B {factor_text(self.log_bayes_factor)}"

    def report(self) -> Report:
        """For people: probabilities, the Bayes factor, intervals, signals; first of all whether to believe them."""
        summary = [("converged", "yes" if self.converged else "no")]
        summary += [("", reason) for reason in self.reasons]
        summary += [("ln Bayes factor", factor_text(self.log_bayes_factor))]
        summary += [("by integration", factor_text(self.by_integration)), ("by visits", factor_text(self.by_visits))]
        probability = ("probability", "error", "prior")
        tables = [
            Table(
                "particles",
                ("particle", *probability),
                tuple((p.name, *_percent(p)) for p in self.particles),
                probability,
            ),
            Table(
                "contents",
                ("content", *probability),
                tuple((" ".join(c.particles) or "Standard Model", *_percent(c)) for c in self.contents[:10]),
                probability,
            ),
            Table(
                "where they are there",
                ("quantity", "median", "68%", "95%", "R-hat", "effective"),
                tuple(_row(q) for q in self.quantities if q.given and q.judged),
                ("median", "68%", "95%", "R-hat", "effective"),
            ),
            Table(
                "predicted signals",
                ("result", "signal", "68%", "r expected"),
                tuple(_signal(r) for r in self.regions[:10]),
                ("signal", "68%", "r expected"),
            ),
        ]
        return Report(f"posterior {self.run}", tuple(summary), tuple(table for table in tables if table.rows))

    def _repr_html_(self) -> str:
        return self.report().html()


def factor_text(found: LogBayesFactor) -> str:
    """A Bayes factor in words.

    >>> factor_text(LogBayesFactor(2.0, 0.25)), factor_text(LogBayesFactor(at_least=4.5)), factor_text(LogBayesFactor())
    ('2.00 +- 0.25', 'at least 4.50 (95%)', 'unknown')
    """
    if found.value is not None:
        return f"{found.value:.2f} +- {found.error:.2f}" if found.error is not None else f"{found.value:.2f}"
    if found.at_least is not None:
        return f"at least {found.at_least:.2f} (95%)"
    return "unknown" if found.at_most is None else f"at most {found.at_most:.2f} (95%)"


def _percent(row: ParticleAnswer | ContentAnswer) -> tuple[str, str, str]:
    return f"{row.probability:.3f}", f"{row.error:.3f}", f"{row.prior:.2g}"


def _row(q: QuantityAnswer) -> tuple[str, ...]:
    spans = [f"{low:.4g} .. {high:.4g}" for low, high in ((q.low68, q.high68), (q.low95, q.high95))]
    mixing = ("-" if q.r_hat is None else f"{q.r_hat:.3f}", "-" if q.bulk is None else f"{q.bulk:.0f}")
    return (q.name, f"{q.median:.4g}", *spans, *mixing)


def _signal(r: RegionSignal) -> tuple[str, ...]:
    unit = "fb" if r.type == "UL" else "events"
    band = f"{r.low:.3g} .. {r.high:.3g}"
    return f"{r.analysis} {r.region}", f"{r.signal:.3g} {unit}", band, f"{r.r_expected:.2f}"


def _made(kind: type[T], row: dict[str, Any]) -> T:
    """A record of what JSON has, lists as tuples."""

    def deep(value: Any) -> Any:
        return tuple(map(deep, value)) if isinstance(value, list) else value

    return kind(**{field.name: deep(row[field.name]) for field in fields(kind)})  # type: ignore[arg-type]

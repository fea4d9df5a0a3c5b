"""A model at the top of its mode: K before and after, and what was changed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.gradient.parameters import decay_name, pair_names
from protomodels.scoring.report import evaluation_report
from protomodels.tables import Report, Table, finite
from protomodels.xsec import production_pairs

SAME: Final = 1e-6
"""Relative; numbers that differ by less are one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One number of a model that is another one now.

    Attributes
    ----------
    name: as :class:`.Parameter` has it: ``m(X_t1)``, ``BR(X_t1 -> t X_Z1)``, ``kappa(X_t1, X_t1)``.
    unit: GeV; empty for pure numbers.
    before, after: a multiplier is that times mu-hat; None where there is none, as the particle is not there.
    """

    name: str
    unit: str
    before: float | None
    after: float | None

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"name": self.name, "unit": self.unit, "before": self.before, "after": self.after}


@dataclass(frozen=True, repr=False)
class Improvement:
    """A model before and after it was brought to the top of its mode.

    Attributes
    ----------
    before: of the model as it was given.
    after: of the improved one, whose mu-hat is 1; where no change raised K, the same as ``before``.
    """

    before: Evaluation
    after: Evaluation

    @property
    def model(self) -> ProtoModel:
        """The improved model."""
        return self.after.model

    @property
    def gain(self) -> float:
        """In K; at least 0."""
        return (self.after.K or 0.0) - (self.before.K or 0.0)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Masses, then branching ratios, then multipliers that are not what they were."""
        pairs = {pair: None for one in (self.before, self.after) for pair in production_pairs(one.model.masses)}
        names = dict(zip(pairs, pair_names(pairs), strict=True))
        old, new = _numbers(self.before, names), _numbers(self.after, names)
        changed = []
        for name, unit in dict.fromkeys([*old, *new]):
            before, after = old.get((name, unit)), new.get((name, unit))
            if before is None or after is None or abs(after - before) > SAME * max(abs(before), abs(after)):
                changed.append(Change(name, unit, before, after))
        kinds = ("m(", "BR(", "kappa(")
        return tuple(sorted(changed, key=lambda change: [change.name.startswith(kind) for kind in kinds].index(True)))

    @property
    def lost(self) -> tuple[str, ...]:
        """Names of particles without which K is higher."""
        kept = self.after.model.masses
        return tuple(PARTICLES[pid].name for pid in self.before.model.masses if pid not in kept)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, as ``protomodels improve --format json`` gives them."""
        values = {
            "K_before": self.before.K,
            "K": self.after.K,
            "model": self.model.as_dict(),
            "changes": [change.to_dict() for change in self.changes],
            "lost": list(self.lost),
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
        }
        found: dict[str, Any] = finite(values)
        return found

    def report(self) -> Report:
        """As tables: K before and after, what was changed, and what the improved model rests on."""
        found = evaluation_report(self.after)
        title = f"K = {self.after.K:.3f}, before {self.before.K:.3f}"
        rows = tuple((c.name, _shown(c.before), _shown(c.after), c.unit) for c in self.changes)
        columns = ("number", "before", "after", "unit")
        changes = Table("what was changed (multipliers times mu-hat)", columns, rows, ("before", "after"))
        lost = (("lost", ", ".join(self.lost)),) if self.lost else ()
        tables = (changes, *found.tables) if rows else found.tables
        notes = () if rows else ("no change that is tried raises K: the model stands at the top of its mode",)
        return Report(title, (*found.summary, *lost), tables, (*notes, *found.notes))

    def __repr__(self) -> str:
        return f"<Improvement K = {self.before.K:.3f} -> {self.after.K:.3f}, {self.model}>"

    def _repr_html_(self) -> str:
        return self.report().html()


def _numbers(evaluation: Evaluation, names: Mapping[Pair, str]) -> dict[tuple[str, str], float]:
    """The numbers of a model by name and unit; multipliers times mu-hat.

    Parameters
    ----------
    names: of pairs.
    """
    model, mu = evaluation.model, evaluation.mu_hat or 1.0
    found = {(f"m({PARTICLES[pid].name})", "GeV"): mass for pid, mass in model.masses.items()}
    for pid, channels in model.decays.items():
        found |= {(decay_name(pid, channel), ""): share for channel, share in channels.items()}
    return found | {(names[pair], ""): mu * model.kappa(pair) for pair in production_pairs(model.masses)}


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"

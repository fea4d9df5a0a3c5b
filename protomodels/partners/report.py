"""A model beside its possible partners, for people and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from protomodels.model import ProtoModel
from protomodels.partners.multiplets import Member, further_members
from protomodels.partners.rows import PartnerRow, number, partners_of
from protomodels.production import CrossSections
from protomodels.tables import Report, Table

NOTES: Final = (
    "Partners: leading order x K of the reference most like it, good to 10-30%, scalar octets to 50%; "
    "those that agree within a factor of 1.3 are not told apart.",
    "Coloured partners of another colour are shown in brackets: the decays of the particle say which colour it has.",
)

TITLES: Final = {
    "coloured pairs": ("triplet", "octet"),
    "charged pairs": ("charged",),
    "charged with neutral": ("charged with neutral",),
    "neutral pairs": ("neutral",),
}
"""Of the tables, and the kinds in each."""


def partners_report(model: ProtoModel, sections: CrossSections | None = None) -> Report:
    """What the particles of a model could be, as tables.

    Parameters
    ----------
    sections: cross sections of a model that brings its own.

    Raises
    ------
    ConfigError: where ``sections`` has none at 13 TeV.
    """
    rows, members = partners_of(model, sections), further_members(model)
    beside = [_beside([row for row in rows if row.kind in kinds], title) for title, kinds in TITLES.items()]
    tables = (_reading(rows), *beside, _members(members))
    return Report("What could it be?", (), tuple(table for table in tables if table.rows), NOTES)


def to_dict(model: ProtoModel, sections: CrossSections | None = None) -> dict[str, Any]:
    """The same as plain values; cross sections in fb at 13 TeV, masses in GeV.

    Raises
    ------
    ConfigError: where ``sections`` has none at 13 TeV.
    """
    productions = [
        {
            "particles": list(row.particles),
            "kind": row.kind,
            "masses": list(row.masses),
            "observed": row.observed,
            "reference": row.reference,
            "kappa": row.kappa,
            "verdict": row.verdict,
            "words": row.words,
            "candidates": [
                {"name": c.name, "spin": c.spin, "sigma": c.sigma, "ratio": c.ratio, "role": c.role}
                for c in row.candidates
            ],
        }
        for row in partners_of(model, sections)
    ]
    members = [
        {
            "particle": m.particle,
            "hypothesis": m.hypothesis,
            "member": m.member,
            "mass_low": m.low,
            "mass_high": m.high,
            "seen": m.seen,
            "present": list(m.present),
        }
        for m in further_members(model)
    ]
    return {"productions": productions, "further_members": members}


def _name(row: PartnerRow) -> str:
    return " ".join(row.particles * (2 if len(row.particles) == 1 else 1))


def _reading(rows: Sequence[PartnerRow]) -> Table:
    lines = tuple(
        (
            *(_name(row), "/".join(f"{m:.0f}" for m in row.masses)),
            *(f"{row.observed:.3g}", f"{row.kappa:.3g}", row.words),
        )
        for row in rows
    )
    columns = ("production", "GeV", "fb at 13 TeV", "kappa", "reads as")
    return Table("what the productions read as", columns, lines, columns[1:4])


def _beside(rows: Sequence[PartnerRow], kind: str) -> Table:
    """A line for each partner, a column for each production."""
    names = dict.fromkeys(c.name for row in rows for c in row.candidates)
    cells = [
        {
            c.name: (f"({cell})" if c.role == "other colour" else cell)
            for c in row.candidates
            for cell in (f"{c.sigma:.3g}: {number(c.ratio)}",)
        }
        for row in rows
    ]
    lines = tuple((name, *(cell.get(name, "-") for cell in cells)) for name in names)
    columns = tuple(f"{_name(row)} {row.observed:.3g}" for row in rows)
    title = f"{kind} at 13 TeV in fb; partners of that mass, and observed / partner"
    return Table(title, ("partner", *columns), lines, columns)


def _members(members: Sequence[Member]) -> Table:
    lines = tuple((m.particle, m.hypothesis, m.member, m.mass, ", ".join(m.present) or "-", m.seen) for m in members)
    columns = ("particle", "if it is a", "there is also", "GeV", "in the model", "seen in")
    return Table("what would have to come with it", columns, lines, ("GeV",))

"""How pages show things."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from protomodels.api.pages.parts.spectra import thumbnail
from protomodels.api.pages.terms import TERMS, symbol
from protomodels.api.synthetic import WORDS
from protomodels.database import RunRecord
from protomodels.particles import PARTICLES

POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)
"""Of pages; plotly.js writes styles of its own."""


def number(value: float | None, digits: int = 3) -> str:
    """A number for people; a dash where there is none, and no sign where it is zero.

    >>> number(6.8651, 2), number(None), number(float("inf")), number(-0.0001)
    ('6.87', '–', '–', '0.000')
    """
    return "–" if value is None or not math.isfinite(value) else f"{value:z.{digits}f}"


def significant(value: float | None) -> str:
    """Four significant digits; a dash where there is no number."""
    return "–" if value is None or not math.isfinite(value) else f"{value:z.4g}"


def moment(value: datetime | None) -> str:
    """A time in UTC, to the second."""
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M:%S}"


def particles(masses: Mapping[int, float]) -> str:
    """Names and masses (GeV), the heaviest first.

    >>> particles({1000022: 163.2, 1000006: 1166.0})
    'X_t1 1166, X_Z1 163'
    """
    heavy = sorted(masses.items(), key=lambda item: -item[1])
    return ", ".join(f"{PARTICLES[pid].name} {mass:.0f}" for pid, mass in heavy)


def by_mass(masses: Mapping[int, float]) -> list[int]:
    """Particles, the heaviest first.

    >>> by_mass({1000022: 163.2, 1000006: 1166.0})
    [1000006, 1000022]
    """
    return sorted(masses, key=lambda pid: -masses[pid])


def names(masses: Mapping[int, float]) -> str:
    """Names of particles, the heaviest first.

    >>> names({1000022: 163.2, 1000006: 1166.0})
    'X_t1 X_Z1'
    """
    return " ".join(PARTICLES[pid].name for pid in by_mass(masses))


def cell(value: object) -> str:
    """A value of a table of any kind; a dash where there is none.

    >>> cell(None), cell(True), cell(0.123456), cell("X_t1")
    ('–', 'yes', '0.1235', 'X_t1')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return significant(value) if isinstance(value, float) or value is None else str(value)


def seconds_left(run: RunRecord) -> float | None:
    """At the speed since the run was taken up; None where that is not known."""
    if run.runner is None or run.leased_at is None or run.heartbeat_at is None:
        return None
    seconds = (run.heartbeat_at - run.leased_at).total_seconds()
    done = run.steps_done - run.leased_steps
    return (run.n_walkers * run.n_steps - run.steps_done) * seconds / done if done > 0 and seconds > 0.0 else None


def data_words(run: RunRecord) -> str:
    """What a run was made on, where it is not the published data."""
    if run.universe is None:
        return ""
    # where nothing is drawn there is no seed: a signal in the counts that are expected
    return "technical closure" if run.universe_seed is None else f"universe {run.universe_seed}"


def duration(seconds: float | None) -> str:
    """A time in words.

    >>> duration(42.0), duration(4000.0), duration(None)
    ('42 s', '1 h 7 min', '–')
    """
    if seconds is None:
        return "–"
    minutes = round(seconds / 60.0)
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def templates() -> Jinja2Templates:
    """The templates; what is put into them is escaped."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    shown: dict[str, Any] = {
        "number": number,
        "significant": significant,
        "moment": moment,
        "particles": particles,
        "thumbnail": thumbnail,
        "duration": duration,
        "data_words": data_words,
        "symbol": symbol,
        "names": names,
        "by_mass": by_mass,
        "cell": cell,
    }
    environment.filters.update(shown)
    environment.globals.update(TERMS=TERMS, SYNTHETIC=WORDS)
    return Jinja2Templates(env=environment)

"""The row of one model: what it is, and what the judge says; or why there is no more to say."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

from protomodels.campaign.scan.judge import MASS, Judge, Row
from protomodels.campaign.scan.loading import spectrum_from
from protomodels.errors import ProtomodelsError
from protomodels.settings import ReferenceOrder
from protomodels.spectrum import Spectrum
from protomodels.tables import finite

log = logging.getLogger(__name__)

_LONGEST: Final = 1000
"""Characters of an error or of warnings in a row."""


@dataclass(frozen=True)
class RowMaker:
    """Makes rows; worker processes share it.

    Attributes
    ----------
    judge: what judges the models.
    order: of the reference cross sections of proto-models that name none.
    masses: also the masses of all particles.
    allow_invalid: judge a point, too, that its generator calls invalid (SPINFO 4).
    """

    judge: Judge
    order: ReferenceOrder
    masses: bool = False
    allow_invalid: bool = False

    def __call__(self, name: str, content: Any) -> Row:
        """The row of a model; whatever is wrong with it stands in ``error``.

        Parameters
        ----------
        name: of the model.
        content: what :func:`spectrum_from` reads; None for the file of that name.
        """
        row: Row = {"file": name}
        try:
            spectrum = spectrum_from(name if content is None else content, name, self.order, self.allow_invalid)
            row |= described(spectrum, self.masses)
            judged = dict(self.judge(spectrum))
        except ProtomodelsError as error:
            return row | {"error": one_line(str(error))}
        except Exception as error:  # noqa: BLE001 - one model must not end a scan of a million
            log.warning("%s: unexpected %s: %s", name, type(error).__name__, error)
            return row | {"error": one_line(f"unexpected {type(error).__name__}: {error}")}
        warnings = [*spectrum.notes, *([str(said)] if (said := judged.pop("warnings", None)) else [])]
        found: Row = finite(row | judged | {"warnings": one_line("; ".join(warnings)) or None})
        return found


def described(spectrum: Spectrum, masses: bool) -> Row:
    """How many particles a model has, the lightest one (of the odd ones, where there are any), and all masses."""
    particles = sorted(spectrum.particles.values(), key=lambda particle: (particle.mass, particle.pid))
    row: Row = {"n_particles": len(particles)}
    for particle in [p for p in particles if p.odd][:1] or particles[:1]:
        row |= {"lightest": particle.name, "lightest_mass": particle.mass}
    return row | {MASS + p.name: p.mass for p in particles} if masses else row


def failed(name: str, reason: str) -> Row:
    """The row of a model that could not be judged."""
    return {"file": name, "error": one_line(reason)}


def one_line(text: str) -> str:
    """Text without line breaks, and not longer than a row can bear.

    >>> one_line("line 3:\\n  no number")
    'line 3: no number'
    """
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."

"""What runners take up: the kinds of it, and the columns by which leases know them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import Table

from protomodels.database.tables.batches import batches
from protomodels.database.tables.posteriors import posteriors
from protomodels.database.tables.runs import runs


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work; its table has an id, a state, a reason, and the columns of a lease.

    Attributes
    ----------
    kind: what messages call it.
    table: where it is.
    done, leased: columns of how much is done, and of how much was when it was taken up.
    """

    kind: str
    table: Table
    done: str
    leased: str


RUNS: Final = Work("run", runs, "steps_done", "leased_steps")
BATCHES: Final = Work("batch", batches, "models_done", "leased_models")
POSTERIORS: Final = Work("posterior", posteriors, "sweeps_done", "leased_sweeps")
WORK: Final = MappingProxyType({work.kind: work for work in (RUNS, BATCHES, POSTERIORS)})
"""By kind."""

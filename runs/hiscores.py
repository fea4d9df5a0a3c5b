"""Hiscores as a sequence that shows itself as a table and becomes a data frame."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from protomodels.database import HiscoreQuery, ProtomodelRecord, Storage
from protomodels.particles import PARTICLES, pid_of
from protomodels.tables import Table, data_frame, write_parquet

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Hiscores(Sequence[ProtomodelRecord]):
    """Stored proto-models, the highest K first.

    Attributes
    ----------
    records: each with what drives its K and what holds it back.
    """

    records: tuple[ProtomodelRecord, ...]

    @overload
    def __getitem__(self, place: int) -> ProtomodelRecord: ...
    @overload
    def __getitem__(self, place: slice) -> Hiscores: ...
    def __getitem__(self, place: int | slice) -> ProtomodelRecord | Hiscores:
        return self.records[place] if isinstance(place, int) else Hiscores(self.records[place])

    def __len__(self) -> int:
        return len(self.records)

    def table(self) -> Table:
        """As a table for people."""
        rows = tuple(
            (
                *(str(r.id), f"{r.K:.3f}", f"{r.Z:.3f}", particles_of(r.masses), r.verdict or "-"),
                *(r.run, str(r.walker), str(r.step)),
            )
            for r in self.records
        )
        columns = ("id", "K", "Z", "particles (GeV)", "verdict", "run", "walker", "step")
        return Table("", columns, rows, ("id", "K", "Z", "walker", "step"))

    def to_dict(self) -> list[dict[str, Any]]:
        """As plain values, one for each proto-model, with full precision."""
        return [asdict(record) | {"created_at": record.created_at.isoformat()} for record in self.records]

    def to_dataframe(self) -> pd.DataFrame:
        """A row for each proto-model (pandas), with a column for the mass of each particle, GeV.

        Raises
        ------
        MissingExtraError: where pandas is not installed.
        """
        return data_frame(*self._rows())

    def to_csv(self) -> str:
        """The same as CSV: numbers with their full precision, nothing where there is none."""
        rows, columns = self._rows()
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()

    def to_parquet(self, path: str | Path) -> None:
        """The same as a Parquet file.

        Raises
        ------
        MissingExtraError: where pyarrow is not installed.
        ConfigError: where the file cannot be written.
        """
        write_parquet(Path(path), *self._rows())

    def _rows(self) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
        numbers = ("K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm")
        names = ("id", "run", "walker", "step", *numbers, "verdict", "K_without_strongest")
        pids = sorted({pid for record in self.records for pid in record.masses})
        rows = [
            {name: getattr(record, name) for name in names}
            | {PARTICLES[pid].name: record.masses.get(pid) for pid in pids}
            for record in self.records
        ]
        return rows, (*names, *(PARTICLES[pid].name for pid in pids))

    def __repr__(self) -> str:
        best = f", best K {self.records[0].K:.3f}" if self.records else ""
        return f"<Hiscores: {len(self)} proto-models{best}>"

    def _repr_html_(self) -> str:
        return self.table().html()


def hiscores_of(storage: Storage, run: str | None, particles: Sequence[str | int], limit: int) -> Hiscores:
    """The best proto-models of a storage, or of one of its runs, that have all of some particles.

    Raises
    ------
    NotFoundError: where there is no such run.
    ModelError: where there is no such particle.
    """
    query = HiscoreQuery(run=run, particles=[pid_of(name) for name in particles])
    return Hiscores(tuple(storage.best_protomodels(query, limit)))


def particles_of(masses: dict[int, float] | Any) -> str:
    """Names and masses (GeV), the heaviest first.

    >>> particles_of({1000022: 163.2, 1000006: 1166.0})
    'X_t1 1166, X_Z1 163'
    """
    return ", ".join(f"{PARTICLES[pid].name} {mass:.0f}" for pid, mass in sorted(masses.items(), key=lambda x: -x[1]))

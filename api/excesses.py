"""Small excesses of batches and of tables that come with a request; those that were asked for last are kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from protomodels.api.cache import SharedCache
from protomodels.api.problems import in_request
from protomodels.api.results import Results
from protomodels.api.synthetic import DEMO, is_synthetic
from protomodels.campaign.excesses import Criteria, Excesses, excesses
from protomodels.campaign.excesses.batches import excesses_of_batches, plane_of_batches
from protomodels.campaign.excesses.clusters import Clusters, clusters
from protomodels.campaign.scan.batches import BatchSettings
from protomodels.campaign.scan.stored import StoredTable
from protomodels.database import Storage
from protomodels.plots.excesses import cluster_figure, matrix_figure, plane_figure
from protomodels.plots.figure import Figure

_KEPT: Final = 8
MOST_BATCHES: Final = 20
"""Of one question."""

T = TypeVar("T", Excesses, Clusters, Figure)


class SmallExcesses:
    """Small excesses of one storage."""

    def __init__(self, storage: Storage, results: Results) -> None:
        self._storage, self._results = storage, results
        self._excesses: SharedCache[Excesses] = SharedCache(_KEPT)
        self._clusters: SharedCache[Clusters] = SharedCache(_KEPT)
        self._figures: SharedCache[Figure] = SharedCache(_KEPT)

    def of_batches(self, batches: Sequence[str], criteria: Criteria) -> Excesses:
        """Those of batches of one scan, as far as they have rows.

        Raises
        ------
        NotFoundError: where there is no such batch.
        ConfigError, ResultsError: as for :func:`protomodels.campaign.excesses.batches.excesses_of_batches`.
        """

        def make() -> Excesses:
            tables = self._tables(batches)
            predictor = self._results.load(tables[0].record.results_fingerprint)
            table = self._storage.batch_table(batches[0])
            return excesses_of_batches(tables, predictor, criteria, table)

        return self._made(self._excesses, batches, (criteria,), make)

    def of_table(self, content: bytes, results: str, policy: str, criteria: Criteria) -> Excesses:
        """Those of a table of `protomodels scan --excesses`, as CSV; nothing of it is kept.

        Raises
        ------
        ConfigError, ResultsError: as for :func:`protomodels.campaign.excesses.excesses`.
        """
        predictor = self._results.load(results)
        with self._results.exclusive(), in_request("body"), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            path.write_bytes(content)
            return excesses(path, predictor, criteria, policy=policy)

    def clusters(self, batches: Sequence[str], criteria: Criteria) -> Clusters:
        """The clusters of those of batches; errors as for :meth:`of_batches`."""
        found = self.of_batches(batches, criteria)
        return self._made(self._clusters, batches, (criteria,), lambda: clusters(found))

    def matrix(self, batches: Sequence[str], criteria: Criteria) -> Figure:
        """Which analyses share small excesses; errors as for :meth:`of_batches`."""
        return self._marked(batches, matrix_figure(self.of_batches(batches, criteria)))

    def cluster_figure(self, batches: Sequence[str], criteria: Criteria) -> Figure:
        """Clusters of models; errors as for :meth:`of_batches`."""
        return self._marked(batches, cluster_figure(self.clusters(batches, criteria)))

    def plane(self, batches: Sequence[str], x: str, y: str, criteria: Criteria) -> Figure:
        """Models in a plane of two columns; errors as for :meth:`of_batches`."""

        def make() -> Figure:
            return plane_figure(plane_of_batches(self._tables(batches), x, y, criteria))

        return self._marked(batches, self._made(self._figures, batches, (x, y, criteria), make))

    def _tables(self, batches: Sequence[str]) -> list[StoredTable]:
        return [StoredTable.of(self._storage, batch) for batch in batches]

    def _marked(self, batches: Sequence[str], figure: Figure) -> Figure:
        return figure.called_synthetic() if self.of_demo(batches[0]) else figure

    def of_demo(self, batch: str) -> bool:
        """Whether the results of a batch are the demo's."""
        record = self._storage.get_batch(batch)
        named = BatchSettings.from_json(record.settings_json).results
        return named == DEMO or is_synthetic(self._storage, record.results_fingerprint)

    def _made(self, kept: SharedCache[T], batches: Sequence[str], more: tuple[object, ...], make: Callable[[], T]) -> T:
        """What was made before, where no row came since."""
        done = tuple((batch, self._storage.get_batch(batch).models_done) for batch in batches)
        with in_request("batch"):

            def alone() -> T:
                with self._results.exclusive():
                    return make()

            return kept.get((done, *more), alone)

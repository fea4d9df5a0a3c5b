"""The part of a storage that keeps proto-models."""

from __future__ import annotations

from collections.abc import Sequence

from protomodels.database.queries import hiscore_lists, protomodels
from protomodels.database.records import HiscoreQuery, HiscoreSummary, ProtomodelRecord
from protomodels.database.storage.connected import Connected, not_negative


class Protomodels(Connected):
    """Proto-models: searched, and read with what explains their scores."""

    def hiscores(self, search: HiscoreQuery | str | None = None, limit: int = 50) -> list[HiscoreSummary]:
        """The proto-models that a search describes (a run's, given its id), best K first, without duplicates."""
        not_negative("limit", limit)
        wanted = search if isinstance(search, HiscoreQuery) else HiscoreQuery(run=search)
        with self._reading() as connection:
            return hiscore_lists.list_hiscores(connection, wanted, limit)

    def best_protomodels(self, search: HiscoreQuery | str | None = None, limit: int = 50) -> list[ProtomodelRecord]:
        """As `hiscores`, each with its contributions and limits."""
        not_negative("limit", limit)
        wanted = search if isinstance(search, HiscoreQuery) else HiscoreQuery(run=search)
        with self._reading() as connection:
            found = hiscore_lists.list_hiscores(connection, wanted, limit)
            return protomodels.get_many(connection, [entry.id for entry in found])

    def protomodel(self, identity: int) -> ProtomodelRecord:
        """One proto-model with its contributions and limits, in their order."""
        with self._reading() as connection:
            return protomodels.get(connection, identity)

    def protomodels(self, identities: Sequence[int]) -> list[ProtomodelRecord]:
        """Proto-models with their contributions and limits, in the order of these ids, at the cost of one.

        NotFoundError names the first that is not stored.
        """
        with self._reading() as connection:
            return protomodels.get_many(connection, identities)

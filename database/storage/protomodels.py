"""The part of a storage that keeps proto-models."""

from __future__ import annotations

from collections.abc import Sequence

from protomodels.database.queries import hiscore_lists, protomodels
from protomodels.database.records import HiscoreQuery, HiscoreSummary, ProtomodelRecord
from protomodels.database.storage.connected import Connected, not_negative


class Protomodels(Connected):
    """Proto-models: searched, and read with what explains their scores."""

    def hiscores(self, search: HiscoreQuery | str | None = None, limit: int = 50) -> list[HiscoreSummary]:
        """Proto-models, best K first, or as the search sorts; equal ones in the order of runs, walkers and steps.

        Parameters
        ----------
        search: which; the id of a run stands for its proto-models. Without it those of all runs on published data.
        limit: at most so many.

        Raises
        ------
        ConfigError: where a mass window is given without a particle, a walker without a run, or an unknown order.

        Examples
        --------
        Those with a stop and K of 5 or more::

            storage.hiscores(HiscoreQuery(particles=[1000006], min_K=5.0), limit=10)
        """
        not_negative("limit", limit)
        wanted = search if isinstance(search, HiscoreQuery) else HiscoreQuery(run=search)
        with self._reading() as connection:
            return hiscore_lists.list_hiscores(connection, wanted, limit)

    def best_protomodels(self, search: HiscoreQuery | str | None = None, limit: int = 50) -> list[ProtomodelRecord]:
        """As `hiscores`, each with its model, contributions and limits; three more queries, however many there are."""
        not_negative("limit", limit)
        wanted = search if isinstance(search, HiscoreQuery) else HiscoreQuery(run=search)
        with self._reading() as connection:
            found = hiscore_lists.list_hiscores(connection, wanted, limit)
            return protomodels.get_many(connection, [entry.id for entry in found])

    def protomodel(self, identity: int) -> ProtomodelRecord:
        """One proto-model with its model, contributions and limits, these in their order."""
        with self._reading() as connection:
            return protomodels.get(connection, identity)

    def judge_protomodel(
        self, identity: int, verdict: str, judgement: str, K_without_strongest: float | None = None
    ) -> None:
        """Keep what was judged of a proto-model; done again, the last one counts.

        Parameters
        ----------
        verdict: in words, by which hiscores are searched.
        judgement: all of it as JSON, kept verbatim.
        K_without_strongest: K without its strongest analysis, by which hiscores are sorted; None where nothing is left.
        """
        with self._writing() as connection:
            protomodels.judge(connection, identity, verdict, judgement, K_without_strongest)

    def protomodels(self, identities: Sequence[int]) -> list[ProtomodelRecord]:
        """Proto-models with these ids, in this order: three queries, however many there are.

        Raises
        ------
        NotFoundError: where one is not stored, or was replaced by better ones; it names the first such.
        """
        with self._reading() as connection:
            return protomodels.get_many(connection, identities)

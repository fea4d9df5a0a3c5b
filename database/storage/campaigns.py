"""The part of a storage that keeps campaigns."""

from __future__ import annotations

from collections.abc import Iterable

from protomodels.database.queries import campaign_runs, campaigns
from protomodels.database.records import CampaignRecord, CampaignRun
from protomodels.database.storage.connected import Connected, not_negative


class Campaigns(Connected):
    """Campaigns: runs that answer one question together."""

    def create_campaign(
        self,
        kind: str,
        config_json: str,
        *,
        judged_run: str | None = None,
        K_observed: float | None = None,
        closure: str | None = None,
    ) -> str:
        """The id of the campaign with this config, stored without runs where it is new; ids sort by creation.

        Parameters
        ----------
        kind: ``pvalue`` or ``closure``.
        config_json: the question; kept verbatim. What lists show of it is given again in the others.
        judged_run, K_observed: of a p-value the run whose best K is judged, and that K; the run is kept from then on.
        closure: of a closure test ``technical`` or ``physics``.
        """
        with self._writing() as connection:
            return campaigns.create(connection, kind, config_json, judged_run, K_observed, closure)

    def campaign(self, campaign: str) -> CampaignRecord:
        """One campaign with the ids of its runs."""
        with self._reading() as connection:
            return campaigns.get(connection, campaign)

    def list_campaigns(
        self, limit: int | None = 50, judged_run: str | None = None, kind: str | None = None
    ) -> list[CampaignRecord]:
        """Campaigns, newest first.

        Parameters
        ----------
        limit: the largest number of them; None for all.
        judged_run: only those that judge this run.
        kind: only ``pvalue`` or ``closure``.
        """
        if limit is not None:
            not_negative("limit", limit)
        with self._reading() as connection:
            return campaigns.list_campaigns(connection, limit, judged_run, kind)

    def campaigns_of(self, runs: Iterable[str]) -> dict[str, list[str]]:
        """The campaigns that have some runs, oldest first, by run; a run that none has is left out."""
        with self._reading() as connection:
            return campaign_runs.campaigns_of(connection, runs)

    def campaign_runs(self, campaign: str) -> dict[int, CampaignRun]:
        """The runs of a campaign by position, each with its best proto-model: two queries, however many there are."""
        with self._reading() as connection:
            return campaign_runs.runs_of(connection, campaign)

    def add_to_campaign(self, campaign: str, position: int, run: str) -> str:
        """Give a position of a campaign its run; returns the run that it has then.

        A run that is there already stays, unless it failed or was cancelled.
        """
        with self._writing() as connection:
            return campaign_runs.add_run(connection, campaign, position, run)

    def add_bound(self, campaign: str, position: int, K: float, model_json: str) -> None:
        """Store a lower bound of the best K at a position, which then needs no run; the first one stays.

        Parameters
        ----------
        K: of a proto-model that is known already, in the universe of this position.
        model_json: that proto-model; kept verbatim.
        """
        with self._writing() as connection:
            campaign_runs.add_bound(connection, campaign, position, K, model_json)

"""The part of the client that queues and reads batches of models."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypedDict, Unpack

from protomodels.client.connected import Connected
from protomodels.client.schemas import BatchDetail, BatchInfo, BatchRow, Page
from protomodels.client.transport import parsed

_PAGE: Final = 200


class BatchSettings(TypedDict, total=False):
    """Settings of a batch; those that are left out have the service's defaults."""

    results: str
    policy: str
    regions: str
    strict: bool | None
    guards: bool | None
    combinable: Mapping[str, Any] | None
    limits_only: bool
    analyses: Sequence[str]
    masses: bool
    allow_invalid: bool
    seconds: float
    sigmacut: float
    minmassgap: float
    excesses: bool
    universes: int
    universe_seed: int


class Batches(Connected):
    """Batches of models: queued, followed, read, cancelled, deleted."""

    def submit_batch(
        self, name: str, models: Iterable[tuple[str, str]], key: str | None = None, **settings: Unpack[BatchSettings]
    ) -> BatchInfo:
        """Queue models, for a runner to judge one by one; a request that has to be repeated still makes one batch.

        Parameters
        ----------
        name: what the batch is called.
        models: name and text of each (SLHA, Les Houches events, or ``MODEL.json``); at most 1,000, and 10 MB in all.
        key: a request with the same key gives the same batch; a new one without it.
        settings: as for ``protomodels scan``: results, policy, regions, strict, guards, combinable (the table itself),
            limits_only, analyses, masses, allow_invalid, seconds, sigmacut (fb), minmassgap (GeV); excesses, with
            universes and universe_seed, for the columns of small excesses.

        Returns
        -------
        The batch in state ``queued``, with its id.
        """
        body = {"name": name, "models": [{"name": own, "text": text} for own, text in models], **settings}
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return parsed(BatchInfo, self._to.send("POST", "/batches", json=body, headers=headers, repeat=True))

    def batch(self, batch: str) -> BatchDetail:
        """One batch: its settings, its state, how many models have a row, and the columns of its table."""
        return parsed(BatchDetail, self._to.send("GET", f"/batches/{batch}"))

    def batches(self) -> Iterator[BatchInfo]:
        """All batches, newest first, page by page as they are used."""
        given: dict[str, Any] = {"limit": _PAGE}
        while True:
            page = parsed(Page[BatchInfo], self._to.send("GET", "/batches", params=given))
            yield from page.items
            if page.next is None:
                return
            given["before"] = page.next

    def rows(self, batch: str, where: Sequence[str] = ()) -> Iterator[BatchRow]:
        """The models of a batch in their order, each with its row, page by page as they are used.

        Parameters
        ----------
        where: cuts on columns, as of ``protomodels excesses``; with any, only models whose row is there and passes.
        """
        given: dict[str, Any] = {"limit": _PAGE, "where": list(where)}
        while True:
            page = parsed(Page[BatchRow], self._to.send("GET", f"/batches/{batch}/rows", params=given))
            yield from page.items
            if page.next is None:
                return
            given["after"] = page.next

    def table(self, batch: str, format: str = "csv", where: Sequence[str] = ()) -> bytes:
        """The rows that are there as a table, as ``protomodels scan`` writes it: ``csv`` or ``parquet``.

        Parameters
        ----------
        where: cuts on columns; only rows that pass.
        """
        return self._to.send("GET", f"/batches/{batch}/table.{format}", params={"where": list(where)}).content

    def cancel_batch(self, batch: str) -> BatchInfo:
        """End a batch for good; its rows stay."""
        return parsed(BatchInfo, self._to.send("POST", f"/batches/{batch}/cancel"))

    def delete_batch(self, batch: str) -> None:
        """Delete a batch with its models and rows; not while it runs."""
        self._to.send("DELETE", f"/batches/{batch}")

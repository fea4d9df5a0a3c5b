"""The part of the client that asks for small excesses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

from protomodels.client.connected import Connected
from protomodels.client.schemas import ExcessModel, SmallExcesses
from protomodels.client.transport import parsed

_PAGE: Final = 200


class ExcessThresholds(TypedDict, total=False):
    """Criteria of the selection; those that are left out have the service's defaults."""

    cls: float
    z: float
    analyses: int
    excluding: int
    where: Sequence[str]


class Excesses(Connected):
    """Which models of a scan were expected to be excluded and were not."""

    def excesses(
        self, batches: Sequence[str], *, clusters: bool = False, limit: int = 50, **criteria: Unpack[ExcessThresholds]
    ) -> SmallExcesses:
        """The small excesses among the rows of batches that are there, beside what chance gives.

        Parameters
        ----------
        batches: ids of all batches of one scan, which were queued with ``excesses=True``; at most 20.
        clusters: also clusters of the selected models.
        limit: selected models of the answer; :meth:`excess_models` gives all.
        criteria: cls, z, analyses, excluding, and ``where``, cuts on columns: those of ``protomodels excesses``.
        """
        given = {"batch": list(batches), "clusters": clusters, "limit": limit, **criteria}
        return parsed(SmallExcesses, self._to.send("GET", "/excesses", params=given))

    def excess_models(self, batches: Sequence[str], **criteria: Unpack[ExcessThresholds]) -> Iterator[ExcessModel]:
        """All selected models, page by page as they are used; parameters as for :meth:`excesses`."""
        given: dict[str, Any] = {"batch": list(batches), "limit": _PAGE, **criteria}
        while True:
            found = parsed(SmallExcesses, self._to.send("GET", "/excesses", params=given))
            yield from found.models
            if found.next is None:
                return
            given["after"] = found.next

    def excess_table(self, batches: Sequence[str], **criteria: Unpack[ExcessThresholds]) -> bytes:
        """All selected models as CSV, a row for each and each analysis; parameters as for :meth:`excesses`."""
        given = {"batch": list(batches), **criteria}
        return self._to.send("GET", "/excesses/models.csv", params=given).content

    def excess_plot(
        self, batches: Sequence[str], kind: str, format: str = "svg", **criteria: Unpack[ExcessThresholds]
    ) -> bytes:
        """A figure of the small excesses; other parameters as for :meth:`excesses`.

        Parameters
        ----------
        kind: plane, matrix or clusters.
        format: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js.
        """
        given = {"batch": list(batches), "format": format, **criteria}
        return self._to.send("GET", f"/excesses/plots/{kind}", params=given).content

    def excesses_of_table(
        self,
        table: str | Path | bytes,
        results: str = "demo",
        policy: str = "default",
        *,
        limit: int = 50,
        **criteria: Unpack[ExcessThresholds],
    ) -> SmallExcesses:
        """The small excesses in a table of ``protomodels scan --excesses``, with any further columns for cuts.

        Parameters
        ----------
        table: a CSV file, or what is in it; at most 10 MB.
        results, policy: those of the scan.
        limit, criteria: as for :meth:`excesses`.
        """
        content = table if isinstance(table, bytes) else Path(table).read_bytes()
        given = {"results": results, "policy": policy, "limit": limit, **criteria}
        headers = {"Content-Type": "text/csv"}
        sent = self._to.send("POST", "/excesses", params=given, content=content, headers=headers, repeat=True)
        return parsed(SmallExcesses, sent)

"""The part of the client that queues and reads posteriors."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypedDict, Unpack

from protomodels.client.connected import Connected
from protomodels.client.schemas import Page, PosteriorDetail, PosteriorInfo
from protomodels.client.transport import parsed

_PAGE: Final = 200


class PosteriorSettings(TypedDict, total=False):
    """Settings of a posterior; those that are left out have the service's defaults."""

    results: str
    target: str
    prior_only: bool
    critic: str
    chains: int
    sweeps: int
    warm_up: int
    rungs: int
    thin: int
    moves: int
    prior: Mapping[str, float | int | str]
    seed: int
    policy: str
    regions: str
    strict: bool | None
    guards: bool | None
    combinable: Mapping[str, Any] | None
    universe: Mapping[str, Any] | None


class Posteriors(Connected):
    """Posteriors: queued, read, cancelled, deleted."""

    def create_posterior(self, **settings: Unpack[PosteriorSettings]) -> PosteriorInfo:
        """Queue a posterior, for a runner to sample; a request that has to be repeated still makes one posterior.

        Parameters
        ----------
        settings: as for ``protomodels posterior``; combinable is the table itself, universe its recipe.
        """
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = self._to.send("POST", "/posteriors", json=dict(settings), headers=key, repeat=True)
        return parsed(PosteriorInfo, answer)

    def posterior(self, posterior: str) -> PosteriorDetail:
        """One posterior with its settings, how far it has come, and what its chains say once they are complete."""
        return parsed(PosteriorDetail, self._to.send("GET", f"/posteriors/{posterior}"))

    def posteriors(self) -> Iterator[PosteriorInfo]:
        """All posteriors, newest first, page by page as they are used."""
        given: dict[str, Any] = {"limit": _PAGE}
        while True:
            page = parsed(Page[PosteriorInfo], self._to.send("GET", "/posteriors", params=given))
            yield from page.items
            if page.next is None:
                return
            given["before"] = page.next

    def posterior_plot(self, posterior: str, kind: str, format: str = "svg") -> bytes:
        """A figure of a complete posterior.

        Parameters
        ----------
        kind: contents, spectrum, corner or signals.
        format: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js.
        """
        return self._to.send("GET", f"/posteriors/{posterior}/plots/{kind}", params={"format": format}).content

    def cancel_posterior(self, posterior: str) -> PosteriorInfo:
        """End a posterior for good; its sweeps stay."""
        return parsed(PosteriorInfo, self._to.send("POST", f"/posteriors/{posterior}/cancel"))

    def delete_posterior(self, posterior: str) -> None:
        """Delete a posterior with its chains; not while it runs."""
        self._to.send("DELETE", f"/posteriors/{posterior}")

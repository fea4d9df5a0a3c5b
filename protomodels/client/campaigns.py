"""The part of the client for campaigns, and for what a service is and has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protomodels.client.connected import Connected
from protomodels.client.schemas import Analysis, Campaign, PowerPoint, Region, Results
from protomodels.client.transport import parsed


class Campaigns(Connected):
    """Campaigns begun and read; results and the service itself."""

    def begin_pvalue(self, run: str, *, universes: int = 50, seed: int = 1, fudge: float = 1.0) -> Campaign:
        """Begin a campaign for the global p-value of a run; runners walk its universes.

        Parameters
        ----------
        run: a completed run; its best K is judged.
        universes: how many, each searched as the run was.
        seed: of the first universe; the others follow.
        fudge: factor on the widths of backgrounds and limits when data are drawn; 0.65 in arXiv:2012.12246.
        """
        body = {"kind": "pvalue", "run": run, "universes": universes, "seed": seed, "fudge": fudge}
        return parsed(Campaign, self._to.send("POST", "/campaigns", json=body))

    def begin_closure(self, closure: str, **settings: Any) -> Campaign:
        """Begin a closure test: a proto-model is put into the data and searched for; runners walk its runs.

        Parameters
        ----------
        closure: ``technical`` (nothing is drawn) or ``physics`` (a universe for each run).
        settings: model or protomodel, runs, strength, fudge, seed, and the settings of the runs.
        """
        return parsed(
            Campaign, self._to.send("POST", "/campaigns", json={"kind": "closure", "closure": closure, **settings})
        )

    def campaign(self, campaign: str) -> Campaign:
        """One campaign with its answer so far: the p-value, or what was found of the injected proto-model."""
        return parsed(Campaign, self._to.send("GET", f"/campaigns/{campaign}"))

    def campaigns(self) -> list[Campaign]:
        """All campaigns, newest first, without their answers."""
        return parsed(list[Campaign], self._to.send("GET", "/campaigns"))

    def queue_campaign(self, campaign: str) -> Campaign:
        """Queue the runs of a campaign that are missing, were cancelled or failed."""
        return parsed(Campaign, self._to.send("POST", f"/campaigns/{campaign}/queue"))

    def power(self, campaigns: Sequence[str], K: float) -> list[PowerPoint]:
        """How often closure tests reach K, against the strength of the injected signal; the weakest first.

        Parameters
        ----------
        campaigns: ids of closure tests.
        K: from which a proto-model counts as found.
        """
        given = {"campaign": list(campaigns), "K": K}
        return parsed(list[PowerPoint], self._to.send("GET", "/campaigns/power", params=given))

    def campaign_plot(self, campaign: str, format: str = "svg") -> bytes:
        """The figure of a campaign's answer: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js."""
        return self._to.send("GET", f"/campaigns/{campaign}/plots/answer", params={"format": format}).content

    def analyses(self, results: str) -> list[Analysis]:
        """The analyses of a database of the service, by its name or fingerprint."""
        return parsed(list[Analysis], self._to.send("GET", f"/results/{results}/analyses"))

    def regions(self, results: str, analysis: str) -> list[Region]:
        """The signal regions of an analysis: observed events, expected background and its uncertainty."""
        return parsed(list[Region], self._to.send("GET", f"/results/{results}/analyses/{analysis}/regions"))

    def combinability_plot(self, results: str, format: str = "svg") -> bytes:
        """Which analyses of a database may be combined: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js."""
        return self._to.send("GET", f"/results/{results}/plots/combinability", params={"format": format}).content

    def map_plot(self, results: str, analysis: str, number: int = 0, format: str = "svg") -> bytes:
        """A map of an analysis over masses, ``number`` from 0: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js."""
        given: dict[str, Any] = {"number": number, "format": format}
        return self._to.send("GET", f"/results/{results}/analyses/{analysis}/plots/map", params=given).content

    def results(self) -> list[Results]:
        """The databases of LHC results that the service can use, by name."""
        return parsed(list[Results], self._to.send("GET", "/results"))

    def meta(self) -> dict[str, Any]:
        """What the service is: its version, its storage, and the versions of the libraries it uses."""
        return parsed(dict[str, Any], self._to.send("GET", "/meta"))

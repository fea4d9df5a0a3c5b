"""The part of the client that scores proto-models and reads stored ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from protomodels.client.connected import Connected, without_none
from protomodels.client.schemas import (
    Evaluation,
    Explanation,
    Hiscore,
    Prediction,
    Protomodel,
    SpectrumEvaluation,
)
from protomodels.client.transport import parsed


class HiscoreFilter(TypedDict, total=False):
    """Which proto-models are wanted; a mass window (GeV) is for the first particle."""

    run: str | None
    walker: int | None
    particle: Sequence[str]
    min_mass: float | None
    max_mass: float | None
    min_K: float | None
    results: str | None
    universes: bool
    duplicates: bool
    verdict: str | None
    sort: str | None
    after: int | None
    exact: bool


class Protomodels(Connected):
    """Proto-models: scored, searched, and read with what explains their scores."""

    def hiscores(self, limit: int = 50, **wanted: Unpack[HiscoreFilter]) -> list[Hiscore]:
        """The best proto-models of all runs on published data, best K first.

        Parameters
        ----------
        limit: at most so many.
        wanted: run, walker, particle (names or pids), min_mass and max_mass (GeV, of the first particle), min_K,
            results, universes (those found in pseudo-data as well), duplicates (nearly equal ones as well), verdict (in
            words, as ``robust``), sort (``K``, ``without_strongest``: K without the strongest analysis, ``Z``,
            ``particles``: fewest first, or ``newest``), after (only those that follow the one with this id), exact
            (only models of just these particles).
        """
        given = without_none({**wanted, "limit": limit})
        return parsed(list[Hiscore], self._to.send("GET", "/hiscores", params=given))

    def protomodels(self, limit: int = 50, **wanted: Unpack[HiscoreFilter]) -> list[Protomodel]:
        """The same proto-models as :meth:`hiscores`, each with the results that drive its K and the limits on it."""
        given = without_none({**wanted, "limit": limit})
        return parsed(list[Protomodel], self._to.send("GET", "/protomodels", params=given))

    def hiscores_table(self, limit: int = 50, **wanted: Unpack[HiscoreFilter]) -> str:
        """The same proto-models as :meth:`hiscores` as CSV, with a column for the mass (GeV) of each particle."""
        given = without_none({**wanted, "limit": limit})
        return str(self._to.send("GET", "/hiscores.csv", params=given).text)

    def hiscores_archive(self, limit: int = 50, **wanted: Unpack[HiscoreFilter]) -> bytes:
        """The same proto-models as :meth:`hiscores`, an SLHA file for each, as a zip."""
        given = without_none({**wanted, "limit": limit})
        return self._to.send("GET", "/hiscores.zip", params=given).content

    def protomodel(self, number: int) -> Protomodel:
        """One stored proto-model, with the results that drive its K and the limits on it."""
        return parsed(Protomodel, self._to.send("GET", f"/protomodels/{number}"))

    def slha(self, number: int) -> str:
        """A stored proto-model as SLHA text: masses (GeV), decays and XSECTION blocks (pb)."""
        return str(self._to.send("GET", f"/protomodels/{number}/slha").text)

    def predictions(self, number: int) -> list[Prediction]:
        """The prediction of every result for a stored proto-model: signal, limits and r; the largest r first."""
        return parsed(list[Prediction], self._to.send("GET", f"/protomodels/{number}/predictions"))

    def explanation(self, number: int) -> Explanation:
        """What the K of a stored proto-model rests on: K without each particle and analysis, and likelihood curves."""
        return parsed(Explanation, self._to.send("GET", f"/protomodels/{number}/why"))

    def plot(self, number: int, kind: str, format: str = "svg") -> bytes:
        """A figure of a stored proto-model.

        Parameters
        ----------
        kind: spectrum, decays, contributions, likelihoods, without, limits, masses or combination.
        format: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js.
        """
        return self._to.send("GET", f"/protomodels/{number}/plots/{kind}", params={"format": format}).content

    def timeline_plot(self, number: int, results: Sequence[str], format: str = "svg") -> bytes:
        """K of a stored proto-model in one release of the results after another.

        Parameters
        ----------
        results: names or fingerprints of two to six releases that the service has.
        format: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js.
        """
        given: dict[str, Any] = {"results": list(results), "format": format}
        return self._to.send("GET", f"/protomodels/{number}/timeline/plots/releases", params=given).content

    def evaluate(
        self,
        model: Mapping[str, Any],
        *,
        results: str = "demo",
        policy: str = "default",
        regions: str = "best",
        combinable: Mapping[str, Any] | None = None,
        strict: bool | None = None,
        guards: bool | None = None,
    ) -> Evaluation:
        """Score a proto-model that is not stored.

        Parameters
        ----------
        model: its masses, decays and ssmultipliers, as in ``MODEL.json``.
        results: name of a database of the service, see :meth:`results`.
        policy, regions: as for ``protomodels evaluate``.
        combinable: a table of the analyses that may be combined; the rules without one.
        strict: refuse analyses that are known to share events, whatever the table says; None for what the policy does.
        guards: against artefacts; None for what the policy does.
        """
        body = {"model": model, "results": results, "policy": policy, "regions": regions, "combinable": combinable}
        body |= without_none({"strict": strict, "guards": guards})  # a service of version 0.1.0 does not know it
        return parsed(Evaluation, self._to.send("POST", "/evaluate", json=body, repeat=True))

    def evaluate_slha(
        self,
        slha: str,
        *,
        results: str = "demo",
        policy: str = "default",
        regions: str = "best",
        allow_invalid: bool = False,
        options: Mapping[str, float] | None = None,
    ) -> SpectrumEvaluation | Evaluation:
        """What results say of a model of any kind.

        Parameters
        ----------
        slha: text of an SLHA file, or Les Houches events.
        results, policy, regions: as for :meth:`evaluate`.
        allow_invalid: also a point that its generator calls invalid (SPINFO 4).
        options: SModelS's parameters by name: sigmacut, minmassgap, doCompress, promptWidth, stableWidth.

        Returns
        -------
        An :class:`Evaluation` of a proto-model.
        """
        body = {"slha": slha, "results": results, "policy": policy, "regions": regions, **(options or {})}
        body |= {"allow_invalid": True} if allow_invalid else {}
        answer = self._to.send("POST", "/evaluate", json=body, repeat=True)
        if "excluded_by" in answer.json():
            return parsed(SpectrumEvaluation, answer)
        return parsed(Evaluation, answer)

"""What figures of a proto-model show: from an evaluation, or from what was stored of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any, Protocol, Self

from protomodels.errors import NotFoundError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.plots.protomodels import Bound, Share
from protomodels.scoring import Evaluation, Scorer
from protomodels.scoring.explanation import Explanation, explain
from protomodels.settings import Policy


class StoredModel(Protocol):
    """A stored proto-model: its JSON, and what was kept of its evaluation."""

    @property
    def model_json(self) -> str: ...
    @property
    def contributions(self) -> Sequence[Any]: ...
    @property
    def limits(self) -> Sequence[Any]: ...


class Subject:
    """A proto-model with what its figures show; what needs the results is computed when a figure asks for it.

    Parameters
    ----------
    model: the proto-model.
    contributions: results of its best combination: analysis, region, type, observed, expected, signal, llr.
    limits: of the critic: analysis, region, r_obs, r_exp (None where it is not known).
    policy: of the scoring.
    evaluate: evaluates the model with its results.
    """

    def __init__(
        self,
        model: ProtoModel,
        contributions: Sequence[Mapping[str, Any]],
        limits: Sequence[Mapping[str, Any]],
        policy: Policy,
        evaluate: Callable[[], Evaluation],
    ) -> None:
        self.model, self.policy = model, policy
        self.shares = [_share(c) for c in contributions]
        self.bounds = [Bound(_named(m["analysis"], m["region"]), m["r_obs"], m["r_exp"]) for m in limits]
        self._evaluate = evaluate

    @classmethod
    def of(cls, evaluation: Evaluation) -> Self:
        """An evaluation."""
        values = evaluation.to_dict()
        policy = evaluation.scorer.policy
        return cls(evaluation.model, values["combination"], values["critic"], policy, lambda: evaluation)

    @classmethod
    def stored(cls, record: StoredModel, policy: Policy, scorer: Callable[[], Scorer]) -> Self:
        """A stored proto-model.

        Parameters
        ----------
        scorer: gives what its run scored with; only some figures need it.
        """
        model = model_from_dict(json.loads(record.model_json))
        contributions, limits = ([asdict(row) for row in rows] for rows in (record.contributions, record.limits))
        return cls(model, contributions, limits, policy, lambda: scorer().evaluate(model))

    @cached_property
    def evaluation(self) -> Evaluation:
        """The model with its results, as they are now."""
        return self._evaluate()

    @cached_property
    def explanation(self) -> Explanation:
        """What lies behind its K.

        Raises
        ------
        NotFoundError: where it has none with its results as they are now.
        """
        found = explain(self.evaluation)
        if found is None:
            raise NotFoundError(
                "K", str(self.evaluation), "a proto-model that has one with its results as they are here"
            )
        return found


def _share(c: Mapping[str, Any]) -> Share:
    unit = "fb" if c["type"] == "UL" else "events"
    return Share(_named(c["analysis"], c["region"]), unit, c["observed"], c["expected"], c["signal"], c["llr"])


def _named(analysis: str, region: str | None) -> str:
    return f"{analysis} {region or ''}".strip()

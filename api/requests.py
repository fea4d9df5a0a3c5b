"""What comes into the API, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from protomodels.runs.config import MAX_STEPS, MAX_WALKERS


class In(BaseModel):
    """What comes in: unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(value: Any) -> Any:
    """JSON knows no difference between 5 and 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Seed = Annotated[Whole, Field(ge=0, lt=2**63)]


class UniverseIn(In):
    """The recipe of a universe; see docs/universes.md."""

    seed: Seed | None = 0
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0
    signal: dict[str, Any] | None = None
    strength: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0


class RunIn(In):
    """A run to be queued."""

    results: Annotated[str, Field(max_length=200)] = "demo"
    walkers: Annotated[Whole, Field(ge=1, le=MAX_WALKERS)] = 50
    steps: Annotated[Whole, Field(ge=1, le=MAX_STEPS)] = 1000
    seed: Seed | None = None
    policy: Literal["paper", "default"] = "default"
    regions: Literal["best", "combined"] = "best"
    search: Literal["paper", "refined"] | None = None
    exchange: Annotated[Whole, Field(ge=0, le=MAX_STEPS)] | None = None
    combinable: dict[str, Any] | None = Field(None, description="a combinability table, as the file of --combinable")
    universe: UniverseIn | None = None


class EvaluateIn(In):
    """A proto-model to be scored."""

    model: dict[str, Any] = Field(description="masses, decays, ssmultipliers as in MODEL.json")
    results: Annotated[str, Field(max_length=200)] = "demo"
    policy: Literal["paper", "default"] = "default"
    regions: Literal["best", "combined"] = "best"
    combinable: dict[str, Any] | None = None


class PValueIn(In):
    """A global p-value: how often universes without new physics reach the best K of a run."""

    kind: Literal["pvalue"]
    run: Annotated[str, Field(max_length=16)]
    universes: Annotated[Whole, Field(ge=1, le=1000)] = 50
    seed: Annotated[Whole, Field(ge=0, lt=2**62)] = 1
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0


class ClosureIn(In):
    """A closure test: is a model found again that was put into the data?"""

    kind: Literal["closure"]
    closure: Literal["technical", "physics"]
    model: dict[str, Any] | None = Field(None, description="as in MODEL.json")
    protomodel: Annotated[Whole, Field(ge=1, lt=2**31)] | None = Field(None, description="instead: a stored one")
    runs: Annotated[Whole, Field(ge=1, le=1000)] = 10
    seed: Annotated[Whole, Field(ge=0, lt=2**62)] = 1
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0
    strength: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0
    results: Annotated[str, Field(max_length=200)] = "demo"
    walkers: Annotated[Whole, Field(ge=1, le=MAX_WALKERS)] = 50
    steps: Annotated[Whole, Field(ge=1, le=MAX_STEPS)] = 1000
    policy: Literal["paper", "default"] = "default"
    regions: Literal["best", "combined"] = "best"
    search: Literal["paper", "refined"] | None = None


class CampaignIn(RootModel[Annotated[PValueIn | ClosureIn, Field(discriminator="kind")]]):
    """A campaign to be begun."""


class SessionIn(In):
    """A token for the pages of this service."""

    token: Annotated[str, Field(min_length=1, max_length=500)]

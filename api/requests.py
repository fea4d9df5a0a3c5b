"""What comes into the API, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, WithJsonSchema, model_validator

from protomodels import run_settings as settings
from protomodels.database.records.labels import LONGEST_NOTE, MOST_TAGS, NAME, TAG
from protomodels.predictor.general import Options
from protomodels.settings import PolicyName, RegionChoice, SearchChoice

OPTIONS: Final = Options()
"""SModelS's parameters, with its defaults."""
MOST_MODELS: Final = 1000
"""Of a batch."""


class In(BaseModel):
    """What comes in: unknown fields and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(value: Any) -> Any:
    """JSON knows no difference between 5 and 5.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(setting: settings.Setting[Any], **more: Any) -> Any:
    """What is said of a setting of runs, as a field."""
    return Field(ge=setting.low, le=setting.high, description=setting.help, **more)


Whole = Annotated[int, BeforeValidator(_whole)]
Name = Annotated[str, Field(pattern=f"^{NAME}$", description="of the run, unique in the storage")]
NO_NUL: Final = "^[^\\x00]*$"
"""Of texts: what storages cannot keep is not taken."""
Note = Annotated[str, Field(max_length=LONGEST_NOTE, pattern=NO_NUL, description="free text")]
_NUMBERS: Final = {"type": "object", "additionalProperties": {"type": "number"}}
_MODEL: Final = {
    "type": "object",
    "required": ["masses"],
    "properties": {
        "masses": {**_NUMBERS, "minProperties": 1, "description": "GeV by pid or name, X_Z1 among them"},
        "decays": {"type": "object", "additionalProperties": _NUMBERS, "description": "branching ratios by daughters"},
        "ssmultipliers": {**_NUMBERS, "description": "kappa by pair of pids"},
    },
}
ModelValues = Annotated[dict[str, Any], WithJsonSchema(_MODEL)]
"""A proto-model as in MODEL.json; checked by what reads it."""
Tag = Annotated[str, Field(pattern=f"^{TAG}$")]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS, description="words that runs are found by")]
Seed = Annotated[Whole, _said(settings.SEED)]


class UniverseIn(In):
    """The recipe of a universe; see docs/universes.md."""

    seed: Seed | None = 0
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0
    signal: ModelValues | None = None
    strength: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0
    drawing: Annotated[Literal[1, 2] | None, Field(description="how data are drawn; default: as the policy asks")] = (
        None
    )


class SearchIn(In):
    """What searches have in common; see protomodels/run_settings.py."""

    results: Annotated[str, _said(settings.RESULTS, max_length=200, pattern=NO_NUL)] = settings.RESULTS.default
    walkers: Annotated[Whole, _said(settings.WALKERS)] = settings.WALKERS.default
    steps: Annotated[Whole, _said(settings.STEPS)] = settings.STEPS.default
    policy: Annotated[PolicyName, _said(settings.POLICY)] = settings.POLICY.default
    regions: Annotated[RegionChoice, _said(settings.REGIONS)] = settings.REGIONS.default
    strict: Annotated[bool | None, _said(settings.STRICT)] = settings.STRICT.default
    guards: Annotated[bool | None, _said(settings.GUARDS)] = settings.GUARDS.default
    search: Annotated[SearchChoice | None, _said(settings.SEARCH)] = settings.SEARCH.default
    exchange: Annotated[Whole, _said(settings.EXCHANGE)] | None = settings.EXCHANGE.default


class RunIn(SearchIn):
    """A run to be queued."""

    seed: Seed | None = settings.SEED.default
    combinable: dict[str, Any] | None = Field(None, description="a combinability table, as the file of --combinable")
    universe: UniverseIn | None = None
    name: Name | None = None
    note: Note = ""
    tags: Tags = []


class LabelsIn(In):
    """What a run is called; what is left out stays, and name: null takes the name away."""

    name: Name | None = None
    note: Note = ""
    tags: Tags = []


class ScoringIn(In):
    """What models are scored with."""

    results: Annotated[str, _said(settings.RESULTS, max_length=200, pattern=NO_NUL)] = settings.RESULTS.default
    policy: Annotated[PolicyName, _said(settings.POLICY)] = settings.POLICY.default
    regions: Annotated[RegionChoice, _said(settings.REGIONS)] = settings.REGIONS.default
    combinable: dict[str, Any] | None = Field(None, description="a combinability table, as the file of --combinable")
    strict: Annotated[bool | None, _said(settings.STRICT)] = settings.STRICT.default
    guards: Annotated[bool | None, _said(settings.GUARDS)] = settings.GUARDS.default
    allow_invalid: bool = Field(False, description="also points that their generator calls invalid (SPINFO 4)")
    sigmacut: Annotated[float, Field(ge=1e-9, le=1e9, description="fb; weaker decay trees are not followed")] = (
        OPTIONS.sigmacut
    )
    minmassgap: Annotated[float, Field(ge=0.0, le=1e6, description="GeV; softer decays are compressed")] = (
        OPTIONS.minmassgap
    )


class EvaluateIn(ScoringIn):
    """A model to be scored: a proto-model, or the text of a file of any kind."""

    model: ModelValues | None = Field(None, description="masses, decays, ssmultipliers as in MODEL.json")
    slha: str | None = Field(None, description="instead of it: SLHA text, or Les Houches events")
    doCompress: bool = Field(OPTIONS.doCompress, description="compress soft decays")
    promptWidth: Annotated[float, Field(ge=0.0, le=1e6, description="GeV; wider particles decay at once")] = (
        OPTIONS.promptWidth
    )
    stableWidth: Annotated[float, Field(ge=0.0, le=1e6, description="GeV; narrower particles never decay")] = (
        OPTIONS.stableWidth
    )

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        if (self.model is None) == (self.slha is None):
            raise ValueError("either model or slha")
        return self


class ModelIn(In):
    """One model of a batch."""

    name: Annotated[
        str, Field(min_length=1, max_length=500, pattern=NO_NUL, description="such as the name of its file")
    ]
    text: Annotated[
        str, Field(max_length=1_000_000, pattern=NO_NUL, description="SLHA, Les Houches events, or MODEL.json, as text")
    ]


class BatchIn(ScoringIn):
    """Models to be judged as `protomodels scan` judges files."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL, description="what the batch is called")]
    models: Annotated[list[ModelIn], Field(min_length=1, max_length=MOST_MODELS)]
    limits_only: bool = Field(False, description="no combination: without Z and K, and faster")
    analyses: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=1000)] = Field(
        [], description="those whose r has columns of its own, or all"
    )
    masses: bool = Field(False, description="a column for the mass of each particle")
    seconds: Annotated[float, Field(ge=0.1, le=600.0, description="that one model may take")] = 60.0
    excesses: bool = Field(False, description="columns for small excesses, and those of masses")
    universes: Annotated[
        Whole, Field(ge=0, le=200, description="without new physics, in which excesses says what chance gives")
    ] = 0
    universe_seed: Annotated[Whole, Field(ge=0, lt=2**32, description="of the first of them")] = 0

    @model_validator(mode="after")
    def _universes_of_excesses(self) -> Self:
        if self.universes and not self.excesses:
            raise ValueError("universes only with excesses")
        return self


class PosteriorIn(In):
    """A posterior to be queued."""

    results: Annotated[str, _said(settings.RESULTS, max_length=200, pattern=NO_NUL)] = settings.RESULTS.default
    target: Annotated[settings.TargetName, _said(settings.TARGET)] = settings.TARGET.default
    prior_only: Annotated[bool, _said(settings.PRIOR_ONLY)] = settings.PRIOR_ONLY.default
    critic: Annotated[settings.CriticName, _said(settings.CRITIC)] = settings.CRITIC.default
    chains: Annotated[Whole, _said(settings.CHAINS)] = settings.CHAINS.default
    sweeps: Annotated[Whole, _said(settings.SWEEPS)] = settings.SWEEPS.default
    warm_up: Annotated[Whole, _said(settings.WARM_UP)] = settings.WARM_UP.default
    rungs: Annotated[Whole, _said(settings.RUNGS)] = settings.RUNGS.default
    thin: Annotated[Whole, _said(settings.THIN)] = settings.THIN.default
    moves: Annotated[Whole, _said(settings.MOVES)] = settings.MOVES.default
    prior: dict[str, float | int | str] = Field({}, description="widths and weights of the prior, by name")
    seed: Seed | None = settings.SEED.default
    policy: Annotated[PolicyName, _said(settings.POLICY)] = settings.POLICY.default
    regions: Annotated[RegionChoice, _said(settings.REGIONS)] = settings.REGIONS.default
    strict: Annotated[bool | None, _said(settings.STRICT)] = settings.STRICT.default
    guards: Annotated[bool | None, _said(settings.GUARDS)] = settings.GUARDS.default
    combinable: dict[str, Any] | None = Field(None, description="a combinability table, as the file of --combinable")
    universe: UniverseIn | None = None


class PValueIn(In):
    """A global p-value: how often universes without new physics reach the best K of a run."""

    kind: Literal["pvalue"]
    run: Annotated[str, Field(max_length=16)]
    universes: Annotated[Whole, Field(ge=1, le=1000)] = 50
    seed: Annotated[Whole, Field(ge=0, lt=2**62)] = 1
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0


class ClosureIn(SearchIn):
    """A closure test: is a model found again that was put into the data?"""

    kind: Literal["closure"]
    closure: Literal["technical", "physics"]
    model: ModelValues | None = Field(None, description="as in MODEL.json")
    protomodel: Annotated[Whole, Field(ge=1, lt=2**31)] | None = Field(None, description="instead: a stored one")
    runs: Annotated[Whole, Field(ge=1, le=1000)] = 10
    seed: Annotated[Whole, Field(ge=0, lt=2**62)] = 1
    fudge: Annotated[float, Field(ge=0.01, le=10.0)] = 1.0
    strength: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0


class CampaignIn(RootModel[Annotated[PValueIn | ClosureIn, Field(discriminator="kind")]]):
    """A campaign to be begun."""


class SessionIn(In):
    """A token for the pages of this service."""

    token: Annotated[str, Field(min_length=1, max_length=500)]

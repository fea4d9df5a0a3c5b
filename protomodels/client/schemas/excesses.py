"""Small excesses of a scan, beside what universes without new physics give."""

from __future__ import annotations

from pydantic import Field

from protomodels.client.schemas.base import Answer


class Beside(Answer):
    """A number of the data beside the same by chance.

    Attributes
    ----------
    data: what was found.
    chance: the same in each universe; empty without any.
    p: probability of at least as many by chance; None without universes.
    """

    data: int
    chance: list[int]
    p: float | None


class BesideAnalysis(Beside):
    """Models with a small excess in an analysis; ``sensitive`` is how many it is expected to exclude."""

    sensitive: int


class ExcessCriteria(Answer):
    """Thresholds of the selection, and the cuts, as they were asked for."""

    cls: float
    z: float
    analyses: int
    excluding: int
    where: list[str]


class ExcessCounts(Answer):
    """Models of the table, by what became of them.

    Attributes
    ----------
    models: rows; ``errors`` of them have no answer, and ``cut`` of the others a cut removes.
    excluded: of the rest, by more analyses than the criteria allow.
    sensitive: of the rest, expected to be excluded; ``not_excluded`` of them are not.
    n_universes: without new physics.
    """

    models: int
    errors: int
    cut: int
    excluded: int
    sensitive: int
    not_excluded: int
    n_universes: int


class CommonModels(Answer):
    """Analyses with a small excess, and a matrix of the models that two of them have in common."""

    analyses: list[str]
    models: list[list[int]]


class SeenExcess(Answer):
    """A small excess of a model in an analysis; the significance is that of the signal region."""

    analysis: str
    region: str
    cls_exp: float
    cls_obs: float
    z: float | None = Field(description="local significance; null where it is too large for a number")
    topologies: list[str]
    particles: list[str]


class ExcessModel(Answer):
    """A selected model.

    Attributes
    ----------
    file: its name.
    orthogonal: the most of the analyses that may be combined.
    seen: its small excesses, the largest local significance first.
    values: numbers of its row: masses (GeV) as ``mass:X_t1``, sigma_13 (fb), Z, K, mu_hat.
    """

    file: str
    orthogonal: list[str]
    seen: list[SeenExcess]
    values: dict[str, float | None]


class ExcessCluster(Answer):
    """Selected models that are alike.

    Attributes
    ----------
    stability: mean Jaccard similarity in bootstrap samples.
    ranges: 5% and 95% quantiles of masses (GeV) and other numbers.
    analyses, topologies, particles: share of the members.
    medoid: file of the member in the middle.
    """

    number: int
    members: int
    stability: float | None
    ranges: dict[str, list[float]]
    analyses: dict[str, float]
    topologies: dict[str, float]
    particles: dict[str, float]
    medoid: str


class ExcessClusters(Answer):
    """Clusters of selected models, by masses and by topologies; their numbers beside those by chance."""

    clustered: int
    smallest: int
    models: list[ExcessCluster]
    final_states: list[ExcessCluster]
    n_models: Beside
    n_final_states: Beside


class SmallExcesses(Answer):
    """Which models of a scan were expected to be excluded and were not.

    Attributes
    ----------
    table: its name.
    selected: models.
    by_number: models with a small excess in exactly 1, 2, ... analyses that may be combined.
    analyses: by the name of the analysis.
    models: selected ones, those in most analyses first; a page of them.
    next: ``after`` of the page that follows, None at the end.
    clusters: where they were asked for.
    """

    table: str
    criteria: ExcessCriteria
    counts: ExcessCounts
    selected: Beside
    by_number: dict[str, Beside]
    analyses: dict[str, BesideAnalysis]
    common: CommonModels
    models: list[ExcessModel]
    next: str | None
    clusters: ExcessClusters | None

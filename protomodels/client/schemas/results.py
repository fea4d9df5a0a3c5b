"""LHC results on the service's machine, and the service itself."""

from __future__ import annotations

from pydantic import Field

from protomodels.client.schemas.base import Answer


class Results(Answer):
    """A compiled database of LHC results.

    Attributes
    ----------
    n_maps: for proto-models.
    n_general_maps: for models of any kind; None where it was compiled by a version that had none for them.
    not_compiled: analysis and topology of the maps that no model can use, by reason.
    """

    name: str
    fingerprint: str
    version: str
    n_analyses: int
    n_maps: int
    n_general_maps: int | None = Field(None, description="maps for models of any kind")
    not_compiled: dict[str, list[str]] = Field({}, description="maps that no model can use, by reason")
    left_out: dict[str, str] = Field({}, description="reason of each analysis that could not be read, by folder")


class Analysis(Answer):
    """An analysis of a database."""

    analysis: str
    experiment: str
    sqrts: float = Field(description="TeV")
    lumi: float = Field(description="1/fb")
    url: str
    n_regions: int
    topologies: list[str] = Field(description="of its upper-limit maps")


class Region(Answer):
    """A signal region: observed events, expected background and its uncertainty."""

    region: str
    observed: float
    expected: float
    delta: float


class Meta(Answer):
    """Versions of a service and of what it uses, and its storage."""

    version: str
    storage: str
    versions: dict[str, str]
    schema_revision: str

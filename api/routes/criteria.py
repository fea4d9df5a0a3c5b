"""Criteria of small excesses, and cuts on tables, as parameters of a query."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query

from protomodels.api.problems import in_request
from protomodels.campaign.excesses import Criteria, Cut
from protomodels.campaign.excesses.expressions import LONGEST
from protomodels.campaign.excesses.recording import LOWEST_Z, MOST_EXCLUDING
from protomodels.campaign.excesses.sensitivity import LOOSEST

_DEFAULT: Final = Criteria()
_MOST: Final = 20

Where = Annotated[
    list[Annotated[str, Query(max_length=LONGEST)]] | None,
    Query(
        max_length=_MOST,
        description="cuts on columns of the table, parsed and never run: omega < 0.12 and mass:X_t1 > 500",
    ),
]


def cuts_of(where: Where = None) -> tuple[Cut, ...]:
    """Cuts on a table, without empty ones, as forms send them; errors name the parameter."""
    with in_request("batch"):
        return tuple(Cut.of(text) for text in where or () if text.strip())


CutsDep = Annotated[tuple[Cut, ...], Depends(cuts_of)]


def criteria(
    cuts: CutsDep,
    cls: Annotated[
        float, Query(gt=0.0, le=LOOSEST, description="expected CLs at most, observed CLs more than this")
    ] = _DEFAULT.alpha,
    z: Annotated[float, Query(ge=LOWEST_Z, le=1e3, description="local significance, more than this")] = _DEFAULT.z,
    analyses: Annotated[
        int, Query(ge=1, le=1000, description="that may be combined and have a small excess: at least so many")
    ] = _DEFAULT.analyses,
    excluding: Annotated[
        int, Query(ge=0, le=MOST_EXCLUDING, description="analyses that exclude a model: at most so many")
    ] = _DEFAULT.excluding,
) -> Criteria:
    """The criteria of the query."""
    return Criteria(cls, z, analyses, excluding, cuts)


CriteriaDep = Annotated[Criteria, Depends(criteria)]

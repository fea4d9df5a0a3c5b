"""Campaigns: global p-values and closure tests."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from protomodels.client.schemas.base import Answer


class Campaign(Answer):
    """Runs that answer one question: a global p-value or a closure test."""

    id: str
    kind: str
    created_at: datetime
    config: dict[str, Any]
    runs: dict[int, str] = Field(description="ids by position")
    finished: int | None = Field(description="how many of its runs are completed; null in lists")
    answer: dict[str, Any] | None = Field(None, description="so far; null in lists")


class PowerPoint(Answer):
    """How often a closure test with one signal strength reaches K, and finds all injected particles."""

    campaign: str
    strength: float
    n: int
    reaching: int
    interval_95: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        description="of the probability to reach K"
    )
    complete: int

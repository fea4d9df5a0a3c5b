"""What all answers have in common."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Answer(BaseModel):
    """An answer of a service, checked when it is made and frozen then; fields of later versions are left out."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Page(Answer, Generic[T]):
    """A part of a list.

    Attributes
    ----------
    next: the cursor of the part after it, None at the end.
    """

    items: list[T]
    next: str | None = None

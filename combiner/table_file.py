"""Reading a table of combinable analyses from a JSON file: the border where its content is checked.

Two forms are in use, and either direction of an entry counts::

    {"note": "...", "pairs": [["A", "B"], ...]}
    {"note": "...", "combinable": {"A": ["B", "C:REGION"], ...}}

A label is an analysis, or ``ANALYSIS:REGION`` for one signal region of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from protomodels.errors import ConfigError

SHAPE = (
    '{"note": ..., "pairs": [["A", "B"], ...]} or {"note": ..., "combinable": {"A": ["B", ...]}}, '
    "where A and B are ANALYSIS or ANALYSIS:REGION"
)
"""What a table looks like, in words, for the messages."""

Label = Annotated[str, Field(strict=True, pattern=r"^[^:\s][^:]*(:.+)?$")]


class TableFile(BaseModel):
    """The content of a file: exactly one of the two forms."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str = ""
    pairs: tuple[tuple[Label, Label], ...] | None = None
    combinable: dict[Label, tuple[Label, ...]] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> TableFile:
        if (self.pairs is None) == (self.combinable is None):
            raise ValueError("exactly one of 'pairs' and 'combinable' is needed")
        return self

    def listed(self) -> list[tuple[str, str]]:
        """The entries as pairs of labels, in the order of the file.

        >>> TableFile(combinable={"A": ("B", "C:SR1")}).listed()
        [('A', 'B'), ('A', 'C:SR1')]
        """
        rows = [(one, other) for one, others in (self.combinable or {}).items() for other in others]
        return [*(self.pairs or ()), *rows]


def read_table(path: str | Path) -> TableFile:
    """Read and check one file.

    Raises
    ------
    ConfigError: where there is no such file, it is no JSON, or it has another shape; the first wrong place
        is named as ``FILE: pairs.3.1``.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError("combinable", str(path), f"a readable JSON file ({error})") from error
    return parse_table(text, str(path))


def parse_table(text: str, path: str) -> TableFile:
    """Check the content of a file.

    Raises
    ------
    ConfigError: as :func:`read_table`, naming the ``path`` that it came from.
    """
    try:
        return TableFile.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "json_invalid":
            raise ConfigError(str(path), first["msg"], f"JSON of the form {SHAPE}") from error
        if first["type"] == "extra_forbidden":
            raise ConfigError(f"{path}: {place}", "an unknown key", ", ".join(TableFile.model_fields)) from error
        field = f"{path}: {place}" if place else str(path)
        found = first["input"] if place else first["msg"]
        raise ConfigError(field, found, f"{SHAPE} ({first['msg']})") from error

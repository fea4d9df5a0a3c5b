"""What people call a run: its name, a note, tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ConfigError

NAME: Final = "[A-Za-z][A-Za-z0-9._+-]{0,63}"
"""What a name is made of (a regular expression)."""
TAG: Final = "[A-Za-z0-9][A-Za-z0-9._:+-]{0,63}"
"""What a tag is made of."""
LONGEST_NOTE: Final = 10_000
"""Characters of a note."""
MOST_TAGS: Final = 50
"""Of a run."""
WORDS: Final = frozenset({"latest", "best"})
"""What commands take for the newest run and for the best proto-model: no run is called so."""
_ID: Final = "[a-z][0-9a-f]{8}"


@dataclass(frozen=True, slots=True)
class Labels:
    """What people call a run.

    Attributes
    ----------
    name: unique in its storage; None for a run without one. A run may be named by it wherever its id may stand.
    note: free text.
    tags: words that several runs may have in common.
    """

    name: str | None = None
    note: str = ""
    tags: tuple[str, ...] = ()


def check_labels(labels: Labels) -> None:
    """Refuse what no run may be called.

    Raises
    ------
    ConfigError: naming what is wrong, and what is allowed.

    >>> check_labels(Labels("latest"))
    Traceback (most recent call last):
    protomodels.errors.ConfigError: name: got latest; allowed: a name other than the words best, latest, and than ids
    """
    name, note = labels.name, labels.note
    if name is not None:
        if re.fullmatch(NAME, name) is None:
            raise ConfigError("name", name, "at most 64 letters, digits and . _ + -, a letter first")
        if name in WORDS or re.fullmatch(_ID, name):
            raise ConfigError("name", name, f"a name other than the words {', '.join(sorted(WORDS))}, and than ids")
    if len(note) > LONGEST_NOTE:
        raise ConfigError("note", f"{len(note)} characters", f"at most {LONGEST_NOTE}")
    if "\0" in note:
        raise ConfigError("note", "a NUL character", "text without any")
    check_tags(labels.tags)


def check_tags(tags: Iterable[str]) -> None:
    """Refuse what is no tag, and too many of them; ConfigError."""
    given = set(tags)
    for tag in given:
        if re.fullmatch(TAG, tag) is None:
            raise ConfigError("tag", tag, "at most 64 letters, digits and . _ : + -, a letter or digit first")
    if len(given) > MOST_TAGS:
        raise ConfigError("tags", f"{len(given)} tags", f"at most {MOST_TAGS}")

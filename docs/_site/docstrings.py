"""Sections of our docstrings (Attributes, Parameters ...), as entries and as text that autodoc can show."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx

SECTIONS = ("Attributes", "Parameters", "Raises", "Returns")
_ENTRY = re.compile(r"([A-Za-z_][\w, ]*?): +(.*)")
_ROLE = re.compile(r":\w+:`~?([^`]*)`")


def entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """(names, text) of the lines of a section; without a name where it has none."""
    name, text = "", ""
    for line in lines:
        found = _ENTRY.fullmatch(line)
        if found:
            if name or text:
                yield name, text
            name, text = found.groups()
        else:
            text = f"{text} {line.strip()}".strip()
    if name or text:
        yield name, text


def attributes(documented: type) -> dict[str, str]:
    """Name -> text (Markdown) of the Attributes of a class's docstring."""
    lines = (inspect.getdoc(documented) or "").splitlines()
    found: dict[str, str] = {}
    for title, inside in _split(lines):
        if title == "Attributes":
            for names, text in entries(inside):
                plain = _ROLE.sub(lambda match: f"`{match[1].rsplit('.', 1)[-1]}`", text).replace("``", "`")
                found.update(dict.fromkeys(names.split(", "), plain))
    return found


def _split(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """(title, lines) of each part of a docstring; the first one has no title."""
    title, inside = "", list[str]()
    position = 0
    while position < len(lines):
        underlined = position + 1 < len(lines) and set(lines[position + 1].strip()) == {"-"}
        if lines[position] in SECTIONS and underlined:
            yield title, inside
            title, inside = lines[position], []
            position += 2
            continue
        if title and not lines[position].strip():
            yield title, inside
            title, inside = "", [""]
        else:
            inside.append(lines[position])
        position += 1
    yield title, inside


def _for_autodoc(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    shown = []
    for title, inside in _split(list(lines)):
        if not title:
            shown += inside
            continue
        shown += ["", f"**{title}**", ""]
        shown += [f"* **{names}**: {text}" if names else f"* {text}" for names, text in entries(inside)]
        shown.append("")
    lines[:] = shown


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", _for_autodoc)
    return {"parallel_read_safe": True}

"""Cuts on the columns of a table, as text: parsed by a grammar of their own, never run.

A cut compares: ``omega < 0.12``, ``lightest == 'X_Z1'``, ``100 < mass:X_t1 - lightest_mass < 400``.  Cuts are joined by
``and``, ``or``, ``not`` and parentheses; numbers by ``+ - * /``.  Names are those of columns; with other characters
than letters, digits, ``_``, ``:`` and ``.`` they stand in backquotes.  There is nothing that could be called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LONGEST: Final = 2000
"""Characters of a cut."""
DEEPEST: Final = 50
"""Parentheses, signs and negations in each other."""
ALLOWED: Final = "columns, numbers, 'texts', < <= == != >= >, + - * /, and, or, not, parentheses; as in: omega < 0.12"
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.:]))
      | (?P<name>[A-Za-z_][\w:.]*) | `(?P<quoted>[^`]+)` | '(?P<text>[^']*)' | "(?P<text2>[^"]*)"
      | (?P<sign><=|>=|==|!=|[-+*/()<>]))""",
    re.VERBOSE | re.ASCII,
)
_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
    ">=": np.greater_equal,
    ">": np.greater,
}
TRUTHS: Final[Mapping[str, str]] = {"True": "true", "False": "false"}
"""As pandas writes them, and as a scan does."""
_JOIN: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class Columns(Protocol):
    """Columns of a piece of a table.

    Attributes
    ----------
    n: rows.
    """

    n: int

    def numbers(self, name: str) -> Floats:
        """Of a column, NaN where it is empty or no number, (n,)."""
        ...

    def texts(self, name: str) -> NDArray[np.object_]:
        """Of a column, '' where it is empty, (n,); truths as true and false."""
        ...


@dataclass(frozen=True)
class Cut:
    """A cut that was parsed.

    Attributes
    ----------
    text: as it was given.
    names: columns that it needs.
    tree: nodes as tuples, what they are first.

    >>> Cut.of("omega < 0.12 and (lightest == 'X_Z1' or not 2 * mass:X_t1 >= `m-max`)").names
    ('omega', 'lightest', 'mass:X_t1', 'm-max')
    """

    text: str
    names: tuple[str, ...]
    tree: tuple[Any, ...]

    @classmethod
    def of(cls, text: str) -> Cut:
        """A cut from its text.

        Raises
        ------
        ConfigError: showing where it is wrong.
        """
        parser = _Parser(text)
        tree = parser.all()
        return cls(text, tuple(dict.fromkeys(parser.names)), tree)

    def __call__(self, columns: Columns) -> Bools:
        """Which rows pass, (n,); a comparison with a value that is missing is false."""
        with np.errstate(all="ignore"):
            # a cut without a column is one value for all rows
            return np.broadcast_to(np.asarray(_passes(self.tree, columns), dtype=np.bool_), (columns.n,))


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.names, self._depth = text, list[str](), 0
        if len(text) > LONGEST:
            raise ConfigError("--where", f"{len(text)} characters", f"at most {LONGEST}")
        self._tokens = list[tuple[str, str, int]]()
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                self._refuse(place)
            kind = str(found.lastgroup)
            self._tokens.append((kind, found.group(kind), found.start(kind)))
            place = found.end()
        self._tokens.append(("end", "", len(text)))
        self._next = 0

    def all(self) -> tuple[Any, ...]:
        tree = self._or()
        if self._tokens[self._next][0] != "end":
            self._refuse()
        return tree

    def _refuse(self, place: int | None = None) -> NoReturn:
        at = self._tokens[self._next][2] if place is None else place
        rest = self.text[at:].strip()[:30] or "its end"
        raise ConfigError("--where", f"{self.text[:200]} (at: {rest})", ALLOWED)

    def _take(self, *words: str) -> str | None:
        kind, word, _ = self._tokens[self._next]
        if kind in ("sign", "name") and word in words:
            self._next += 1
            return word
        return None

    def _or(self) -> tuple[Any, ...]:
        parts = [self._and()]
        while self._take("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else ("or", *parts)

    def _and(self) -> tuple[Any, ...]:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else ("and", *parts)

    def _deeper(self, inner: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ConfigError("--where", self.text[:200], f"at most {DEEPEST} parentheses in each other")
        found = inner()
        self._depth -= 1
        return found

    def _not(self) -> tuple[Any, ...]:
        if self._take("not"):
            return ("not", self._deeper(self._not))
        # a parenthesis may begin a cut or a number: whichever can be read
        start, names = self._next, len(self.names)
        if self._take("("):
            try:
                inner = self._deeper(self._or)
                if self._take(")") and not self._is(*_COMPARE, *_JOIN):
                    return inner
            except _IsNumber:
                self._depth -= 1
            self._next = start
            del self.names[names:]
        return self._comparison()

    def _is(self, *words: str) -> bool:
        kind, word, _ = self._tokens[self._next]
        return kind == "sign" and word in words

    def _comparison(self) -> tuple[Any, ...]:
        left, links = self._sum(), list[tuple[Any, ...]]()
        while sign := self._take(*_COMPARE):
            right = self._sum()
            links.append((sign, left, right))
            left = right
        if not links:
            if self._depth and self._is(")"):
                raise _IsNumber
            self._refuse()
        return links[0] if len(links) == 1 else ("and", *links)

    def _sum(self) -> tuple[Any, ...]:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._value))

    def _chain(self, signs: tuple[str, ...], inner: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        first, more = inner(), list[tuple[str, tuple[Any, ...]]]()
        while sign := self._take(*signs):
            more.append((sign, inner()))
        return ("chain", first, *more) if more else first

    def _value(self) -> tuple[Any, ...]:
        if self._take("-"):
            return ("negative", self._deeper(self._value))
        if self._take("("):
            inner = self._deeper(self._sum)
            if not self._take(")"):
                self._refuse()
            return inner
        kind, word, _ = self._tokens[self._next]
        if kind in ("name", "quoted") and not (kind == "name" and word in ("and", "or", "not")):
            self.names.append(word)
            self._next += 1
            return ("column", word)
        if kind in ("number", "text", "text2"):
            self._next += 1
            return ("number", float(word)) if kind == "number" else ("text", word)
        self._refuse()


class _IsNumber(Exception):  # noqa: N818 - not an error: a parenthesis held a number, not a cut
    """What was read as a cut is the first part of a comparison."""


def _passes(tree: tuple[Any, ...], columns: Columns) -> Any:
    kind, *parts = tree
    if kind in ("and", "or"):
        return reduce(np.logical_and if kind == "and" else np.logical_or, (_passes(part, columns) for part in parts))
    if kind == "not":
        return np.logical_not(_passes(parts[0], columns))
    left, right = parts
    if "text" in (left[0], right[0]):
        if kind not in ("==", "!="):
            raise ConfigError("--where", kind, "== or != for texts")
        return _COMPARE[kind](_texts(left, columns), _texts(right, columns))
    a, b = _numbers(left, columns), _numbers(right, columns)
    return _COMPARE[kind](a, b) & ~(np.isnan(a) | np.isnan(b))


def _texts(tree: tuple[Any, ...], columns: Columns) -> Any:
    if tree[0] == "text":
        return TRUTHS.get(tree[1], tree[1])
    if tree[0] == "column":
        return columns.texts(tree[1])
    raise ConfigError("--where", tree[0], "a column or a text beside a text")


def _numbers(tree: tuple[Any, ...], columns: Columns) -> Any:
    kind, *parts = tree
    if kind == "number":
        return np.float64(parts[0])
    if kind == "column":
        return columns.numbers(parts[0])
    if kind == "negative":
        return -_numbers(parts[0], columns)
    if kind == "text":
        raise ConfigError("--where", parts[0], "numbers to calculate with")
    value = _numbers(parts[0], columns)
    for sign, other in parts[1:]:  # one after the other: a long sum is not a deep one
        value = _JOIN[sign](value, _numbers(other, columns))
    return value

"""Bytes of a file as text: packed ones unpacked, whatever their encoding."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from pathlib import Path
from typing import Final

from protomodels.errors import ModelError

LIMIT: Final = 50_000_000
"""Bytes of a model file, unpacked, at most."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def contents(path: str | Path, allowed: str) -> bytes:
    """The bytes of a file; of one that is too large, more than :func:`unpacked` takes.

    Parameters
    ----------
    allowed: what the file should be, for the error.

    Raises
    ------
    ModelError: where it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(LIMIT + 1)
    except TypeError as error:
        raise ModelError("path", path, allowed) from error
    except FileNotFoundError as error:
        raise ModelError(str(path), "no such file", allowed) from error
    except OSError as error:
        raise ModelError(str(path), str(error.strerror).lower(), allowed) from error
    except ValueError as error:
        raise ModelError(str(path), str(error), allowed) from error


def unpacked(data: bytes, name: str) -> bytes:
    """The bytes, unpacked where they begin as those of gzip do.

    Raises
    ------
    ModelError: where they cannot be unpacked, or are more than 50 MB.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
                data = file.read(LIMIT + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ModelError(name, f"bytes that do not unpack ({error})", "a whole .gz file") from error
    if len(data) > LIMIT:
        raise ModelError(name, f"more than {LIMIT} bytes", f"a model file of at most {LIMIT} bytes, unpacked")
    return data


def decoded(text: str | bytes, name: str) -> str:
    """Text of bytes in UTF-8, UTF-16 or UTF-32, with or without a byte order mark, or else in Latin-1.

    >>> decoded("BLOCK MASS".encode("utf-16"), "x"), decoded(b"# caf\\xe9", "x")
    ('BLOCK MASS', '# café')
    """
    if isinstance(text, str):
        if not text.isascii():  # halves of characters, as JSON can bring them, could go into no answer
            text = text.encode("utf-8", "replace").decode("utf-8")
        return text.removeprefix("\ufeff")
    guessed = next((encoding for mark, encoding in _MARKS if text.startswith(mark)), None)
    if guessed is None and b"\0" in text[:64]:  # every second byte of ASCII in UTF-16 is zero
        guessed = "utf-16-le" if text[1:2] == b"\0" else "utf-16-be"
    try:
        return text.decode(guessed or "utf-8")
    except UnicodeDecodeError as error:
        if guessed in (None, "utf-8-sig"):
            return text.removeprefix(codecs.BOM_UTF8).decode("latin-1")
        raise ModelError(name, f"bytes that are no {guessed} text", "text, such as UTF-8") from error


def lines_of(text: str) -> list[str]:
    """Lines, ended as on any system; not by signs in Latin-1 comments, such as the three dots of Windows.

    >>> lines_of("a\\r\\nb # and so on\\x85 1 2\\rc")
    ['a', 'b # and so on\\x85 1 2', 'c']
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

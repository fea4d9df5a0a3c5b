"""``scan --server``: files are sent to a service in batches, and its rows become the table."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from protomodels.campaign.scan import Progress, Summary
from protomodels.campaign.scan.inputs import Inputs, Item, find_inputs
from protomodels.campaign.scan.judge import COMMON, Kind, Row, open_columns, table_columns
from protomodels.campaign.scan.rows import failed
from protomodels.campaign.scan.table import write_table
from protomodels.client import Client
from protomodels.client.batches import BatchSettings
from protomodels.database import FINAL
from protomodels.errors import ConfigError, ModelError
from protomodels.spectrum.encoding import contents, decoded, unpacked

MOST_MODELS: Final = 1000
MOST_BYTES: Final = 8_000_000
"""Of a request; the service takes some more."""
MOST_CHARACTERS: Final = 1_000_000
"""Of a model."""
_LOOK_SECONDS: Final = 1.0

Model = tuple[int, str, str]
"""Place in the table, name, text."""


def scan_remotely(
    client: Client,
    files: list[str],
    to: Path,
    settings: BatchSettings,
    progress: Callable[[Progress], None],
    *,
    pattern: str | None,
    restart: bool,
) -> Summary:
    """Have files judged by a service, wait, and write the table.

    The same files with the same settings are the same batches: after any end of this process the same call goes on.

    Parameters
    ----------
    to: a ``.csv`` or ``.parquet`` file.
    pattern: of names in folders and archives.
    restart: write over a table that is there.

    Raises
    ------
    ModelError, ConfigError: naming a path or a setting that is wrong.
    ServiceError: where the service is away, or refuses.
    """
    if to.exists() and not restart:
        raise ConfigError("--to", str(to), "a table that is not there yet; or --restart")
    inputs = find_inputs(files, pattern)
    start = time.monotonic()
    rows: dict[int, Row] = {}
    names = list(inputs.names)
    version = str(client.meta()["version"])
    sent = [(_submitted(client, to.name, piece, settings, version), piece) for piece in _pieces(inputs, rows)]
    try:
        columns = _collected(client, sent, rows, lambda done, errors: progress(_progress(start, done, names, errors)))
    except KeyboardInterrupt:
        sys.stderr.write(f"{len(sent)} batches go on at {client.url}; the same command takes their rows\n")
        raise
    table = [rows[place] | {"file": name} for place, name in enumerate(names)]
    found = {name for row in table for name in open_columns(row)}
    own = {name: kind for name, kind in columns.items() if name not in COMMON}
    write_table(to, table_columns(own, found), table)
    seconds, errors = time.monotonic() - start, sum("error" in row for row in table)
    return Summary(to, len(names), errors, 0, seconds, len(names) / seconds, inputs.notes)


def _progress(start: float, done: int, names: list[str], errors: int) -> Progress:
    return Progress(done, len(names), errors, done / max(time.monotonic() - start, 1e-9))


def _pieces(inputs: Inputs, rows: dict[int, Row]) -> Iterator[list[Model]]:
    """The models in pieces that fit into a request; what cannot be sent gets its row."""
    piece, size = list[Model](), 0
    for item in inputs.items(lambda name, stamp: False):
        try:
            text, length = _text(item)
        except ModelError as error:
            rows[item.place] = failed(item.name, str(error))
            continue
        if piece and (len(piece) == MOST_MODELS or size + length > MOST_BYTES):
            yield piece
            piece, size = [], 0
        # names of files may be any bytes, and long
        piece.append((item.place, item.name.encode("utf-8", "backslashreplace").decode()[-500:], text))
        size += length
    if piece:
        yield piece


def _text(item: Item) -> tuple[str, int]:
    """The text of a model file, and the number of bytes that it has in a request."""
    data = contents(item.name, "a readable model file") if item.content is None else item.content
    text = decoded(unpacked(data, item.name), item.name)
    if len(text) > MOST_CHARACTERS:
        raise ModelError(item.name, f"{len(text)} characters", f"at most {MOST_CHARACTERS} for a service")
    written = json.dumps(text)
    if "\\u0000" in written:
        raise ModelError(item.name, "a NUL character", "text without any")
    return text, len(written) + 1000


def _submitted(client: Client, name: str, piece: list[Model], settings: BatchSettings, version: str) -> str:
    """The id of the batch of these models: of a call before, unless that one failed or was cancelled."""
    models = [(own, text) for _, own, text in piece]
    key = hashlib.sha256(json.dumps([version, name, models, settings], sort_keys=True).encode()).hexdigest()
    found = client.submit_batch(name, models, key, **settings)
    if found.state in ("failed", "cancelled"):
        found = client.submit_batch(name, models, **settings)
    return found.id


def _collected(
    client: Client,
    sent: list[tuple[str, list[Model]]],
    rows: dict[int, Row],
    progress: Callable[[int, int], None],
) -> dict[str, Kind]:
    """Wait for all batches, and take their rows; returns the columns."""
    columns = dict(COMMON)
    for batch, piece in sent:
        found = client.batch(batch)
        while found.state not in FINAL:
            errors = sum("error" in row for row in rows.values())
            progress(len(rows) + found.models_done, errors + found.errors)
            time.sleep(_LOOK_SECONDS)
            found = client.batch(batch)
        columns = {name: Kind(kind) for name, kind in found.columns.items()}
        why = f"batch {batch} is {found.state}: {found.reason}"
        for (place, name, _), model in zip(piece, client.rows(batch), strict=True):
            rows[place] = failed(name, why) if model.row is None else dict(model.row)
    progress(len(rows), sum("error" in row for row in rows.values()))
    return columns

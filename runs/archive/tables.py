"""Steps as CSV: every step of every walker, and which were committed together."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from protomodels.database import StepRecord, StoredChunk

STEP_COLUMNS: Final = ("walker", "step", "K", "Z", "accepted", "move", "n_particles", "mu_hat", "mu_max")
CHUNK_COLUMNS: Final = ("walker", "first_step", "n_steps", "attempt")


def steps_csv(chunks: Iterable[StoredChunk]) -> str:
    """A line for each step; numbers with their full precision, nothing where there is none."""
    rows = (
        (chunk.walker, s.step, s.K, s.Z, int(s.accepted), s.move, s.n_particles, s.mu_hat, s.mu_max)
        for chunk in chunks
        for s in chunk.steps
    )
    return _written(STEP_COLUMNS, rows)


def chunks_csv(chunks: Iterable[StoredChunk]) -> str:
    """A line for each chunk."""
    return _written(CHUNK_COLUMNS, ((c.walker, c.first_step, len(c.steps), c.attempt) for c in chunks))


def _written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def chunks_of(chunks: str, steps: str) -> list[StoredChunk]:
    """What `chunks_csv` and `steps_csv` wrote.

    Raises
    ------
    ValueError: where they did not, or not of the same chunks; it says in which line.
    """
    lines = _lines(steps, STEP_COLUMNS, "steps.csv")
    found = []
    for line, row in _lines(chunks, CHUNK_COLUMNS, "chunks.csv"):
        try:
            walker, first, n_steps, attempt = map(int, row)
            if min(walker, attempt) < 0 or min(first, n_steps) < 1 or max(walker, attempt, first + n_steps) >= 2**31:
                raise ValueError("a number out of range")
        except ValueError as error:
            raise ValueError(f"chunks.csv, line {line}: {error}") from error
        own = [_step(*next(lines, (0, [])), walker, first + i) for i in range(n_steps)]
        found.append(StoredChunk(walker, first, attempt, own))
    left = next(lines, None)
    if left is not None:
        raise ValueError(f"steps.csv, line {left[0]}: a step of no chunk")
    return found


def _lines(text: str, columns: Sequence[str], name: str) -> Iterator[tuple[int, list[str]]]:
    """Numbers of lines, and their fields."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if next(reader, None) != list(columns):
            raise ValueError(f"{name}, line 1: not the columns {', '.join(columns)}")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise ValueError(f"{name}, line {reader.line_num}: {error}") from error


def _step(line: int, row: list[str], walker: int, step: int) -> StepRecord:
    if not row:
        raise ValueError(f"steps.csv: no step {step} of walker {walker}")
    try:
        if len(row) != len(STEP_COLUMNS) or (int(row[0]), int(row[1])) != (walker, step):
            raise ValueError(f"not step {step} of walker {walker}")
        _, _, K, Z, accepted, move, n_particles, mu_hat, mu_max = row
        if accepted not in ("0", "1"):
            raise ValueError(f"accepted is {accepted}, not 0 or 1")
        numbers = [float(text) if text else None for text in (K, Z, mu_hat, mu_max)]
        if numbers[1] is None or any(number != number for number in numbers):
            raise ValueError("no number, or nan")
        return StepRecord(step, numbers[0], numbers[1], accepted == "1", move, int(n_particles), numbers[2], numbers[3])
    except ValueError as error:
        raise ValueError(f"steps.csv, line {line}: {error}") from error

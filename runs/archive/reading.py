"""The archive of a run, read and checked: nothing of it is written to a disk before all of it is known to be good."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from protomodels.database import (
    ContributionRecord,
    EventRecord,
    ExchangeRecord,
    LimitRecord,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    StoredChunk,
    TransitionRecord,
    WalkerRecord,
    WholeRun,
)
from protomodels.errors import ConfigError
from protomodels.files import model_from_json
from protomodels.runs.archive.checking import check, config_of, reading
from protomodels.runs.archive.parts import EXCHANGES, PROTOMODELS, WALKERS, HistoryPart, ProtomodelPart, RunPart
from protomodels.runs.archive.tables import chunks_of

T = TypeVar("T")

LARGEST: Final = 2**30
"""Bytes of all texts of an archive together."""
_OPTIONAL: Final = frozenset({"combinable.json", "universe.json"})
_NEEDED: Final = frozenset(
    {"README.txt", "run.json", "config.json", "history.json", "walkers.json", "exchanges.json"}
    | {"chunks.csv", "steps.csv", "protomodels.json"}
)
_RUN: Final = TypeAdapter(RunPart)
_HISTORY: Final = TypeAdapter(HistoryPart)


def run_of(data: bytes, name: str) -> WholeRun:
    """The run in an archive.

    Parameters
    ----------
    name: of the file, for messages.

    Raises
    ------
    ConfigError: where it is no archive of a run, is broken, or contradicts itself; it names the text in it.
    """
    try:
        whole = _whole(_texts(data))
        check(whole)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error.field}", error.value, error.allowed) from error
    return whole


def _texts(data: bytes) -> dict[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            other = sorted(set(names) - _NEEDED - _OPTIONAL)
            missing = sorted(_NEEDED - set(names))
            if other or missing or len(set(names)) != len(names):
                found = f"{', '.join(other) or 'nothing'} too many, {', '.join(missing) or 'nothing'} missing"
                raise ConfigError("files", found, "each file of an exported run once, and no others")
            if {entry.compress_type for entry in entries} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise ConfigError("files", "another compression", "deflate, as `protomodels export` writes")
            size = sum(entry.file_size for entry in entries)
            if size > LARGEST:
                raise ConfigError("files", f"{size} bytes unpacked", f"at most {LARGEST}")
            # no more than the announced size is unpacked of any of them, and checksums are compared
            return {entry.filename: archive.read(entry).decode() for entry in entries}
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error) as error:
        raise ConfigError("files", str(error) or repr(error), "an archive that `protomodels export` wrote") from error


def _whole(texts: dict[str, str]) -> WholeRun:
    part = _read(_RUN, texts, "run.json")
    history = _read(_HISTORY, texts, "history.json")
    walkers = [WalkerRecord(**_fields(w)) for w in _read(WALKERS, texts, "walkers.json")]
    try:
        chunks = chunks_of(texts["chunks.csv"], texts["steps.csv"])
    except ValueError as error:
        raise ConfigError(
            "chunks.csv and steps.csv", str(error), "tables as `protomodels export` writes them"
        ) from error
    return WholeRun(
        _record(part, texts["config.json"], walkers, chunks),
        ResultsRecord(**_fields(part.results)),
        texts.get("combinable.json"),
        texts.get("universe.json"),
        [TransitionRecord(**_fields(t)) for t in history.transitions],
        [EventRecord(**_fields(e)) for e in history.log],
        walkers,
        chunks,
        [ExchangeRecord(**_fields(e)) for e in _read(EXCHANGES, texts, "exchanges.json")],
        [_protomodel(p, part.id) for p in _read(PROTOMODELS, texts, "protomodels.json")],
    )


def _read(kind: TypeAdapter[T], texts: dict[str, str], name: str) -> T:
    try:
        return kind.validate_json(texts[name])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(name, f"{where}: {first['msg']}", "what `protomodels export` wrote") from error


def _fields(part: BaseModel) -> dict[str, Any]:
    return {name: getattr(part, name) for name in type(part).model_fields}


def _record(part: RunPart, config_json: str, walkers: list[WalkerRecord], chunks: list[StoredChunk]) -> RunRecord:
    """The run; what lists show of its settings is taken from them, and what it has reached from its steps."""
    config = config_of(config_json)
    values = {
        name: value for name, value in _fields(part).items() if name not in ("format", "format_version", "results")
    }
    return RunRecord(
        **values,
        config_json=config_json,
        results_fingerprint=part.results.fingerprint,
        table_sha256=None,
        universe=None,
        steps_done=sum(len(chunk.steps) for chunk in chunks),
        best_K=max((w.best_K for w in walkers if w.best_K is not None), default=None),
        runner=None,
        heartbeat_at=None,
        lease_until=None,
        leased_at=None,
        results_name=config.results,
        policy=config.policy,
        regions=config.regions,
        search=config.scoring().search,
        universe_seed=None if config.universe is None else config.universe.seed,
    )


def _protomodel(part: ProtomodelPart, run: str) -> ProtomodelRecord:
    with reading("protomodels.json", "a proto-model"):
        masses = model_from_json(part.model_json, "model_json").masses
    values = _fields(part) | {
        "contributions": tuple(ContributionRecord(**_fields(c)) for c in part.contributions),
        "limits": tuple(LimitRecord(**_fields(limit)) for limit in part.limits),
    }
    return ProtomodelRecord(**values, id=0, run=run, masses=dict(masses))

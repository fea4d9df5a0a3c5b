"""The parts of an archive against one another: what a run refers to is there, and says the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from protomodels.database import ExchangeRecord, RunRecord, StoredChunk, WalkerRecord, WholeRun
from protomodels.errors import ConfigError, ProtomodelsError
from protomodels.runs.config import RunConfig, stored_versions, text_sha256
from protomodels.universes import Universe
from protomodels.walker import version
from protomodels.walker.state import WalkState


def check(whole: WholeRun) -> None:
    """Refuse a run whose parts contradict one another.

    Raises
    ------
    ConfigError: naming the text.
    """
    _check_config(whole)
    _check_walks(whole.run, whole.walkers, whole.chunks)
    own = {record.walker: record.step for record in whole.walkers}
    _once("exchanges.json", ((e.step, e.walker) for e in whole.exchanges))
    for exchange in whole.exchanges:
        if not {exchange.walker, exchange.source} <= own.keys() or exchange.step > own[exchange.walker]:
            raise ConfigError(
                "exchanges.json", f"walkers {exchange.walker} and {exchange.source}", "walkers that were there"
            )
    if stored_versions(whole.run)["search"] == str(version.SEARCH_VERSION):
        # states of another search have another form, and nobody walks on from them here
        _check_states("walkers.json", whole.walkers)
        _check_states("exchanges.json", whole.exchanges)
    for entry in whole.protomodels:
        if entry.step > own.get(entry.walker, -1):
            raise ConfigError(
                "protomodels.json", f"step {entry.step} of walker {entry.walker}", "a step that was walked"
            )
        with reading("protomodels.json", "a judgement"):
            judged = json.loads(entry.judgement or "{}")
        if not isinstance(judged, dict):
            raise ConfigError("protomodels.json", entry.judgement, "a judgement")


def config_of(text: str) -> RunConfig:
    """The settings of a run.

    Raises
    ------
    ConfigError: where the text is not that.
    """
    with reading("config.json", "the settings of a run"):
        config = RunConfig.from_json(text)
    for name, value in (("results", config.results), ("combinable", config.combinable or "")):
        if not isinstance(value, str):
            raise ConfigError("config.json", f"{name} {value!r}", "a name or a path")
    return config


def _check_config(whole: WholeRun) -> None:
    run, table, recipe = whole.run, whole.combinability_table, whole.universe
    config = config_of(run.config_json)
    for name, here, there in (
        ("seed", run.seed, config.seed),
        ("walkers", run.n_walkers, config.walkers),
        ("steps", run.n_steps, config.steps),
    ):
        if here != there:
            raise ConfigError("config.json", f"{name} {there}", f"{here}, as run.json says")
    sha256 = "" if table is None else text_sha256(table)
    if (config.combinable is None) != (table is None) or sha256 != config.combinable_sha256:
        raise ConfigError("combinable.json", "another table, or none", "the one of config.json")
    if config.combinable is not None:
        with reading("combinable.json", "a combinability table"):
            config.combinability(table)
    with reading("universe.json", "the recipe of a universe"):
        universe = None if recipe is None else Universe(**json.loads(recipe))
    if universe != config.universe:
        raise ConfigError("universe.json", "another universe, or none", "the one of config.json")


def _check_walks(run: RunRecord, walkers: Sequence[WalkerRecord], chunks: Sequence[StoredChunk]) -> None:
    _once("walkers.json", (record.walker for record in walkers))
    reached: dict[int, int] = {}
    for chunk in chunks:
        if chunk.first_step != reached.get(chunk.walker, 0) + 1:
            raise ConfigError(
                "chunks.csv", f"walker {chunk.walker} from step {chunk.first_step} on", "steps without gaps"
            )
        reached[chunk.walker] = chunk.first_step + len(chunk.steps) - 1
    if reached != {record.walker: record.step for record in walkers}:
        raise ConfigError("chunks.csv", "other walkers or steps", "those of walkers.json")
    if any(walker >= run.n_walkers or step > run.n_steps for walker, step in reached.items()):
        raise ConfigError("walkers.json", f"{reached}", f"{run.n_walkers} walkers of {run.n_steps} steps at most")


def _check_states(name: str, records: Iterable[WalkerRecord | ExchangeRecord]) -> None:
    for record in records:
        with reading(name, "the state of a walk"):
            state = WalkState.from_json(record.state_json, record.rng_json)
            state.generator()
        if state.step != record.step:
            raise ConfigError(name, f"walker {record.walker} at step {state.step}", f"step {record.step}")


def _once(name: str, keys: Iterable[Any]) -> None:
    twice = next((key for key, n in Counter(keys).items() if n > 1), None)
    if twice is not None:
        raise ConfigError(name, f"{twice} twice", "each once")


@contextmanager
def reading(name: str, allowed: str) -> Iterator[None]:
    """Say of which text an error is that comes up while its content is read.

    Raises
    ------
    ConfigError: in place of that error.
    """
    try:
        yield
    except (ProtomodelsError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ConfigError(name, str(error) or repr(error), allowed) from error

"""The config of a new run, from what a user gives."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from protomodels import run_settings as settings
from protomodels.errors import ConfigError
from protomodels.results.archive import is_there
from protomodels.runs.config import RunConfig, text_sha256

NEW_SEEDS: Final = 2**31
"""A seed that nobody gives is drawn below this: short enough to be typed again."""


def new_config(
    results: str | Path = settings.RESULTS.default,
    *,
    walkers: int = settings.WALKERS.default,
    steps: int = settings.STEPS.default,
    seed: int | None = settings.SEED.default,
    policy: str = settings.POLICY.default,
    regions: str = settings.REGIONS.default,
    combinable: str | Path | None = settings.COMBINABLE.default,
    strict: bool | None = settings.STRICT.default,
    guards: bool | None = settings.GUARDS.default,
    search: str | None = settings.SEARCH.default,
    exchange: int | None = settings.EXCHANGE.default,
) -> RunConfig:
    """The config of a run: paths made absolute, the seed drawn, the table's content noted.

    Parameters
    ----------
    results: ``demo``, a path, or a name used before.  A path becomes absolute: a runner works in another folder.
    seed: of all random numbers; None for a new one.
    combinable: path of a JSON table of combinable analyses; None for the default one.
    walkers, steps, policy, regions, strict, guards, search, exchange: as :class:`RunConfig` describes them.

    Raises
    ------
    ConfigError: naming the field; also where the table cannot be read.

    >>> new_config("demo", walkers=2, seed=7).steps
    200
    """
    table = None if combinable is None else str(combinable)
    return RunConfig(
        results=absolute_results(results),
        seed=drawn_seed(seed),
        walkers=walkers,
        steps=steps,
        policy=policy,
        regions=regions,
        combinable=table,
        combinable_sha256=table_sha256(table),
        strict=strict,
        guards=guards,
        search=search,
        exchange=exchange,
    )


def absolute_results(results: str | Path) -> str:
    """A path of results made absolute, as a runner works in another folder; a name stays as it is.

    >>> absolute_results("demo")
    'demo'
    """
    name = str(results)
    return str(Path(name).resolve()) if name != settings.RESULTS.default and is_there(name) else name


def drawn_seed(seed: int | None) -> int:
    """The seed, or a new one where nobody gave one."""
    return secrets.randbelow(NEW_SEEDS) if seed is None else seed


def table_text(path: str) -> str:
    """The content of a combinability table.

    Raises
    ------
    ConfigError: where it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError("combinable", path, f"a readable JSON file ({error})") from error


def table_sha256(path: str | None) -> str:
    """SHA-256 of a combinability table, empty without one; ConfigError where it cannot be read."""
    return "" if path is None else text_sha256(table_text(path))

"""Settings of a run in a TOML file: read by ``protomodels run -c``, written by ``--save``.

The names are those of `protomodels.runs.RunConfig` and `protomodels.runs.Execution`; paths are taken as on the command
line, from the folder in which the command runs.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from protomodels import run_settings as settings
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.runs import Execution, RunConfig

_KNOWN: Final = {setting.name: setting for setting in (*settings.RUN_SETTINGS, *settings.EXECUTION_SETTINGS)}
_YES_OR_NO: Final = (settings.STRICT, settings.GUARDS)
_PARAMETERS: Final = {settings.ADDRESS.name: "ray_address"}
"""Where a parameter of the command has another name than its setting."""


def read_run_file(path: Path) -> dict[str, Any]:
    """The settings that a file gives, each checked.

    Raises
    ------
    ConfigError: where it cannot be read, or naming the key, what it says, and what is allowed.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError("config", str(path), f"a file that can be read ({error.strerror})") from error
    except ValueError as error:  # not TOML, or no UTF-8
        raise ConfigError("config", str(path), f"a TOML file ({error})") from error
    for name, value in values.items():
        if name not in _KNOWN:
            raise ConfigError(f"{path}", f"the key {name}", ", ".join(_KNOWN))
        try:
            _check(_KNOWN[name], value)
        except ConfigError as error:
            raise ConfigError(f"{path}: {name}", value, error.allowed) from error
    return values


def _check(setting: settings.Setting[object], value: object) -> None:
    if setting in _YES_OR_NO:
        if not isinstance(value, bool):
            raise ConfigError(setting.name, value, "true or false")
    elif setting.choices or setting.low is not None:
        setting.check(value)
    elif not isinstance(value, str):
        raise ConfigError(setting.name, value, "a text in quotes")


def _given(context: typer.Context, path: Path | None) -> Path | None:
    """Take the settings of the file as defaults: what stands on the command line wins."""
    if path is not None:
        read = read_run_file(path)
        context.default_map = {_PARAMETERS.get(name, name): value for name, value in read.items()}
    return path


ConfigFileOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE.toml",
        help="settings from a file, as --save writes it; other options win, and RESULTS",
        is_eager=True,
        callback=_given,
    ),
]
SaveOption = Annotated[
    Path | None,
    typer.Option("--save", metavar="FILE.toml", help="write the settings, with the seed, for `run -c`; then run"),
]


def write_run_file(path: Path, config: RunConfig, how: Execution) -> None:
    """Write the settings of a run: all that its chains depend on, and of how it is computed what is no default.

    Raises
    ------
    ConfigError: where the file is there already, or cannot be written.
    """
    values = {setting.name: getattr(config, setting.name) for setting in settings.RUN_SETTINGS}
    if config.combinable is not None:
        values["combinable"] = str(Path(config.combinable).resolve())
    chosen = {setting.name: (getattr(how, setting.name), setting.default) for setting in settings.EXECUTION_SETTINGS}
    values |= {name: value for name, (value, default) in chosen.items() if value != default}
    lines = [f"{name} = {_toml(value)}\n" for name, value in values.items() if value is not None]
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("# settings of a run, for: protomodels run -c FILE\n" + "".join(lines))
    except FileExistsError:
        raise ConfigError("save", str(path), "a path at which nothing is yet") from None
    except OSError as error:
        raise ConfigError("save", str(path), f"a file that can be written ({error.strerror})") from error


def _toml(value: object) -> str:
    """A value in TOML, whose texts, numbers and truths are those of JSON but for one character.

    >>> _toml("a\\nb"), _toml(True), _toml(20.0)
    ('"a\\\\nb"', 'true', '20.0')
    """
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

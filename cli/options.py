"""Options that commands share, and how their answers are written."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from protomodels import run_settings
from protomodels.settings import PolicyName, RegionChoice, SearchChoice
from protomodels.tables import finite


class Format(StrEnum):
    """How a command answers."""

    TABLE = "table"
    JSON = "json"


class ListFormat(StrEnum):
    """How a command answers whose answer is a table with a column for each number."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


class StateChoice(StrEnum):
    """States of runs; see protomodels.database.states."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    CRASHED = "crashed"


class ClosureChoice(StrEnum):
    """Kinds of closure tests; see protomodels.campaign.closure."""

    TECHNICAL = "technical"
    PHYSICS = "physics"


def option(setting: run_settings.Setting[Any], metavar: str | None = None) -> Any:
    """The command-line option of a setting, with its name and help; its value is checked where it is used."""
    names = (setting.option or "--" + setting.name, *([setting.letter] if setting.letter else []))
    return typer.Option(*names, help=setting.help, metavar=metavar)


ResultsOption = Annotated[str, option(run_settings.RESULTS)]
WalkersOption = Annotated[int, option(run_settings.WALKERS)]
StepsOption = Annotated[int, option(run_settings.STEPS)]
RunSeedOption = Annotated[int | None, option(run_settings.SEED)]
PolicyOption = Annotated[PolicyName, option(run_settings.POLICY)]
RegionsOption = Annotated[RegionChoice, option(run_settings.REGIONS)]
CombinableOption = Annotated[str | None, option(run_settings.COMBINABLE, "FILE.json")]
StrictOption = Annotated[bool | None, option(run_settings.STRICT)]
GuardsOption = Annotated[bool | None, option(run_settings.GUARDS)]
SearchOption = Annotated[SearchChoice | None, option(run_settings.SEARCH)]
ExchangeOption = Annotated[int | None, option(run_settings.EXCHANGE)]

ExecutorOption = Annotated[run_settings.ExecutorName, option(run_settings.EXECUTOR)]
WorkersOption = Annotated[int | None, option(run_settings.WORKERS)]
AddressOption = Annotated[str | None, option(run_settings.ADDRESS)]
ChunkOption = Annotated[int | None, option(run_settings.CHUNK)]
LeaseOption = Annotated[float, option(run_settings.LEASE)]
PatienceOption = Annotated[float, option(run_settings.WAIT)]

StorageOption = Annotated[
    str | None,
    typer.Option(
        "--storage",
        help="sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME; default: $PROTOMODELS_STORAGE or a file of yours",
    ),
]
SERVER: Final = "PROTOMODELS_SERVER"
TOKEN: Final = "PROTOMODELS_TOKEN"  # noqa: S105 - the name of a variable

ServerOption = Annotated[
    str | None,
    typer.Option("--server", help=f"http://HOST:PORT of `protomodels serve`; its token in ${TOKEN}", envvar=SERVER),
]
ListFormatOption = Annotated[
    ListFormat, typer.Option("--format", help="table for people, json for programs; csv; parquet, with -o")
]
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs")]


def write_json(value: Any) -> None:
    """The answer of ``--format json``; what is not a number becomes null."""
    sys.stdout.write(json.dumps(finite(value), indent=1) + "\n")

"""Options about universes, and proto-models from files or from the storage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels.cli.resources import local

if TYPE_CHECKING:
    from protomodels.model import ProtoModel
    from protomodels.plots.figure import Figure

SeedOption = Annotated[
    int, typer.Option("--seed", help="seed of the first universe and its run; the next ones count up")
]
FudgeOption = Annotated[
    float,
    typer.Option(
        "--fudge",
        help="factor on the uncertainty of backgrounds and limits when pseudo-data are drawn; 0.65 in the paper",
    ),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="proto-model: a .json or .slha file, or the id of a stored one")
]
PlotOption = Annotated[
    Path | None, typer.Option("--plot", help="also write a figure to this file (.svg, .png or .pdf)")
]


def read_model(model: str, storage: str | None) -> ProtoModel:
    """A proto-model from a file, or the stored one with this id.

    Cross sections of an SLHA file become signal strength multipliers.
    """
    from protomodels.files import model_from_dict, read_model
    from protomodels.production import with_kappas_of

    if model.isdigit():
        with local(storage) as opened:
            return model_from_dict(json.loads(opened.protomodel(int(model)).model_json))
    proto, sections = read_model(Path(model))
    return proto if sections is None else with_kappas_of(proto, sections)


def signal_of(model: str, storage: str | None) -> str:
    """The text by which recipes name that model."""
    return json.dumps(read_model(model, storage).as_dict(), sort_keys=True)


def save(path: Path | None, make: Callable[[], Figure]) -> None:
    """Write a figure where one is asked for.

    Raises
    ------
    ConfigError: where it cannot be written.
    """
    if path is not None:
        from protomodels.plots.paper import save as write

        write(make(), path)

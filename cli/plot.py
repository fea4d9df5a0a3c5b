"""``plot``: the pictures of the dashboard as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels.cli.options import StorageOption
from protomodels.cli.resources import load_of, local
from protomodels.errors import ConfigError
from protomodels.plots.kinds import Kind

if TYPE_CHECKING:
    from protomodels.plots.figure import Figure


def plot(
    what: Annotated[str, typer.Argument(help="id of a proto-model, a run (K against step) or a campaign")],
    kind: Annotated[Kind | None, typer.Option("--kind", help="of a proto-model; default: all, into a folder")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="file .svg, .pdf or .png; for all kinds a folder")] = None,
    storage: StorageOption = None,
) -> None:
    """Draw what is stored: a proto-model, how a run climbed, a campaign's answer."""
    from protomodels.api.figures import Figures
    from protomodels.api.results import Results

    one = what.isdecimal()
    if kind is not None and not one:
        raise ConfigError("kind", kind.value, f"nothing for {what}: a run and a campaign have one picture each")
    with local(storage) as opened:
        pictures = Figures(opened, Results())
        if not one:
            picture = pictures.run(what) if what.startswith("r") else pictures.campaign(what)
            _write(picture, to or Path(f"{what}.svg"))
            return
        # compile its results where that was not done on this machine
        load_of(opened.get_run(opened.protomodel(int(what)).run))
        if kind is not None:
            _write(pictures.protomodel(int(what), kind), to or Path(f"protomodel-{what}-{kind.value}.svg"))
            return
        folder = to or Path(f"protomodel-{what}")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError("to", folder, f"a folder that can be made ({error})") from error
        for each in Kind:
            _write(pictures.protomodel(int(what), each), folder / f"{each.value}.svg")


def _write(picture: Figure, path: Path) -> None:
    from protomodels.plots.paper import save

    save(picture, path)
    sys.stdout.write(f"{path}\n")

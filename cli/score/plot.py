"""``plot``: the figures of the dashboard as files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels.cli.naming import BEST, protomodel_named, run_named
from protomodels.cli.options import StorageOption
from protomodels.cli.resources import folder_made, load_of, local
from protomodels.cli.search.posteriors import is_posterior
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.database import Storage
    from protomodels.plots.figure import Figure


def plot(
    what: Annotated[
        str,
        typer.Argument(
            help="id of a proto-model, a campaign or a posterior, or id or name of a run; best: of all proto-models"
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            help="spectrum, decays ... of a proto-model, contents, corner ... of a posterior; default: all of them",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", "--output", "-o", help="file to write (.svg, .pdf or .png), or a folder for all kinds"),
    ] = None,
    storage: StorageOption = None,
) -> None:
    """Draw a proto-model, a run, a campaign or a posterior."""
    from protomodels.api.synthetic import is_of_demo, is_synthetic
    from protomodels.plots.climb import trace_figure

    one = what.isdecimal() or what == BEST
    if is_posterior(what):
        with local(storage) as opened:
            _draw_posterior(opened, what, kind, to)
        return
    if kind is not None and not one:
        raise ConfigError("kind", kind, f"nothing for {what}: a run and a campaign have one figure each")
    with local(storage) as opened:
        if one:
            _draw_protomodel(opened, protomodel_named(opened, what), kind, to)
            return
        what = run_named(opened, what)
        if what.startswith("r"):
            figure, demo = trace_figure(opened.trace(what)), is_synthetic(opened, *opened.fingerprints([what]).values())
        else:
            figure, demo = _campaign_figure(opened, what), is_of_demo(opened, what)
        _write(figure, to or Path(f"{what}.svg"), demo)


def _draw_protomodel(storage: Storage, number: int, kind: str | None, to: Path | None) -> None:
    from protomodels.api.synthetic import is_synthetic
    from protomodels.plots.front import DEFAULT_KIND
    from protomodels.plots.kinds import KINDS, kind_of
    from protomodels.plots.subject import Subject
    from protomodels.runs.stored import stored_protomodel

    if kind is None and _is_picture(to):
        kind = DEFAULT_KIND
    chosen = None if kind is None else kind_of(kind)
    stored = stored_protomodel(storage, number, load_of)
    subject = Subject.stored(stored.record, stored.policy, stored.scorer)
    demo = is_synthetic(storage, stored.run.results_fingerprint)
    if chosen is not None:
        _write(chosen.build(subject), to or Path(f"protomodel-{number}-{kind}.svg"), demo)
        return
    folder = folder_made(to or Path(f"protomodel-{number}"), "to")
    for each in KINDS.values():
        _write(each.build(subject), folder / f"{each.name}.svg", demo)


def _draw_posterior(storage: Storage, posterior: str, kind: str | None, to: Path | None) -> None:
    from protomodels.api.synthetic import is_synthetic
    from protomodels.cli.resources import load
    from protomodels.plots.posteriors import POSTERIOR_KINDS, posterior_figure
    from protomodels.runs.posterior.front import stored_answer

    answer = stored_answer(storage, posterior, load)
    demo = is_synthetic(storage, storage.get_posterior(posterior).results_fingerprint)
    if kind is not None or _is_picture(to):
        _write(posterior_figure(answer, kind), to or Path(f"{posterior}-{kind}.svg"), demo)
        return
    folder = folder_made(to or Path(posterior), "to")
    for each in POSTERIOR_KINDS:
        if (each, answer.corner.particles) != ("corner", ()) and (each != "signals" or answer.regions):
            _write(posterior_figure(answer, each), folder / f"{each}.svg", demo)


def _is_picture(to: Path | None) -> bool:
    """Does this name one picture, rather than a folder for all of them?"""
    return to is not None and to.suffix.lower() in (".svg", ".pdf", ".png")


def _campaign_figure(storage: Storage, campaign: str) -> Figure:
    from protomodels.campaign.answers import campaign_answer
    from protomodels.plots.front import plot as draw

    return draw(campaign_answer(storage, campaign))


def _write(figure: Figure, path: Path, demo: bool) -> None:
    """Draw it; what is of the demo results says so."""
    (figure.called_synthetic() if demo else figure).save(path)
    sys.stdout.write(f"{path}\n")

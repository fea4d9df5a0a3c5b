"""Pictures of the demo results call themselves synthetic, by the command as on the dashboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.cli.score.plot import plot
from protomodels.database import open_storage
from protomodels.plots.figure import Figure
from tests.api.pages.test_dashboard_pages import LIGHTEST, MEASURED, STOP, model, walked


def test_pictures_of_demo_results_are_called_synthetic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    with open_storage(url) as storage:
        demo = walked(storage, model("a", 3.0, STOP, LIGHTEST))
        measured = walked(storage, model("b", 2.0, STOP, LIGHTEST, mass=700.0), results=MEASURED)
        numbers = [storage.hiscores(run)[0].id for run in (demo, measured)]
    titles: dict[str, str] = {}
    monkeypatch.setattr(Figure, "save", lambda figure, path: titles.__setitem__(Path(path).stem, figure.title))
    for number in numbers:
        plot(str(number), "spectrum", tmp_path / f"{number}.svg", url)
    for run in (demo, measured):
        plot(run, None, tmp_path / f"{run}.svg", url)
    called = {name: "synthetic" in title for name, title in titles.items()}
    assert called == {str(numbers[0]): True, demo: True, str(numbers[1]): False, measured: False}

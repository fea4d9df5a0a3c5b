"""An analysis that SModelS cannot read is left out with its reason; the others are as if it had never been there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_models import random_models
from protomodels.errors import ResultsError
from protomodels.predictor.loading import load_oracle, load_results
from protomodels.results.compiled.container import read_arrays, write_arrays
from protomodels.results.demo import ARCHIVE
from protomodels.results.info import info_of
from protomodels.results.store import open_results
from tests.command_line import Cli


def _regions(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.rglob("dataInfo.txt"))


def _overlap(analysis: Path) -> None:
    """As CMS-EXO-19-010 in releases 2.1.0 and 2.3.0: what one map of a region takes, another one takes, too."""
    file = next(_regions(analysis)[0].glob("T*.txt"))
    text = file.read_text()
    file.with_name("TAgain.txt").write_text(text.replace(f"txName: {file.stem}", "txName: TAgain"))


def _no_background(analysis: Path) -> None:
    file = _regions(analysis)[0] / "dataInfo.txt"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("expectedBG")))


def _unknown_particle(analysis: Path) -> None:
    for file in analysis.rglob("T*.txt"):
        file.write_text(file.read_text().replace("'MET', 'MET'", "'MET', 'UNHEARD'"))


REASONS: dict[Callable[[Path], None], str] = {
    _overlap: "overlap (may result in double counting)",
    _no_background: "expectedBG",
    _unknown_particle: "UNHEARD",
}


@pytest.fixture
def small(tmp_path: Path, extract: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[Path]]:
    """A text database of five demo analyses with regions, and the folders of the three that tests may break."""
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path / "cache"))
    folder = extract(ARCHIVE, tmp_path / "text")
    analyses = sorted(path.parent for path in folder.rglob("globalInfo.txt"))
    with_regions = [path for path in analyses if len(_regions(path)) > 1]
    for path in analyses:
        if path not in with_regions[:5]:
            shutil.rmtree(path)
    return folder, with_regions[:3]


def test_they_are_left_out_with_their_reasons(
    small: tuple[Path, list[Path]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, broken = small
    names = [path.relative_to(folder).as_posix() for path in broken]
    for harm, path in zip(REASONS, broken, strict=True):
        harm(path)
    with caplog.at_level(logging.WARNING):
        info = open_results(str(folder))
        open_results(str(folder))
    assert list(info.left_out) == names and info.n_analyses == 2
    for name, why in zip(names, REASONS.values(), strict=True):
        assert why in info.left_out[name]
    # once each, and not again where the compiled file is there
    assert [record.getMessage().partition(" is left out")[0] for record in caplog.records] == names

    cli = Cli(tmp_path)
    told = cli.json("results", "info", str(folder))
    assert isinstance(told, dict) and told["compiled"]["left_out"] == info.left_out
    assert f"left out, SModelS cannot read it: {names[0]}: " in cli("results", "info", str(folder)).stdout

    with_them = load_results(str(folder))
    for path in broken:
        shutil.rmtree(path)
    without = load_results(str(folder))
    assert open_results(str(folder)).left_out == {} and with_them.fingerprint != without.fingerprint
    np.testing.assert_array_equal(with_them.catalog.analysis, without.catalog.analysis)
    for model in random_models(5, 3):
        got, expected = with_them.predict(model), without.predict(model)
        np.testing.assert_array_equal(got.rows, expected.rows)
        np.testing.assert_array_equal(got.sigma, expected.sigma)


def test_a_json_that_is_not_there_leaves_out_nothing(small: tuple[Path, list[Path]]) -> None:
    """As of ATLAS-SUSY-2019-08 in releases 2.1.0 and 2.3.0: its regions stand, they are not combined."""
    folder, (analysis, *_) = small
    regions = [path.name for path in _regions(analysis)]
    file = analysis / "globalInfo.txt"
    before = load_results(str(folder))
    file.write_text(file.read_text() + f"jsonFiles: {{'lost.json': {regions}}}\n")
    after, info = load_results(str(folder)), open_results(str(folder))
    assert info.left_out == {} and info.sets == []
    assert info.not_combined == {f"{analysis.name} lost.json": "the JSON is missing in the database"}
    np.testing.assert_array_equal(after.catalog.observed, before.catalog.observed)
    (model,) = random_models(5, 1)
    np.testing.assert_array_equal(after.predict(model).sigma, before.predict(model).sigma)


def test_releases_of_2021_and_2022_are_read(
    real: Callable[[str], Path], extract: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SModelS refuses of them needs lifetimes: no prediction for a proto-model is lost."""
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path / "cache"))
    archive = real("smodels-2.1.0.tar.xz")
    wanted = ("ATLAS-SUSY-2019-08-eff", "CMS-EXO-19-010-eff", "ATLAS-SUSY-2016-06-eff")
    folder = extract(archive, tmp_path / "text", lambda path: len(path.parts) > 3 and path.parts[3] in wanted)
    info = open_results(str(folder))
    assert list(info.left_out) == ["13TeV/ATLAS/ATLAS-SUSY-2016-06-eff", "13TeV/CMS/CMS-EXO-19-010-eff"]
    assert all("double counting" in reason for reason in info.left_out.values())
    assert info.not_combined == {"ATLAS-SUSY-2019-08 BkgOnly.json": "the JSON is missing in the database"}
    maps = [text for name in info.left_out for file in (folder / name).rglob("T*.txt") if (text := file.read_text())]
    assert maps and all("axes: [[(x, y)" in text for text in maps)


def test_the_oracle_leaves_out_the_same(small: tuple[Path, list[Path]]) -> None:
    """SModelS's binary file is made first here, and compiled from: the reason comes along."""
    folder, (broken, *_) = small
    _overlap(broken)
    oracle = load_oracle(str(folder))
    assert list(open_results(str(folder)).left_out) == [broken.relative_to(folder).as_posix()]
    assert broken.name not in oracle.catalog.analyses


def test_nothing_that_can_be_read_is_an_error(small: tuple[Path, list[Path]]) -> None:
    folder, (broken, *_) = small
    for path in list(folder.rglob("globalInfo.txt")):
        if path.parent != broken:
            shutil.rmtree(path.parent)
    _overlap(broken)
    with pytest.raises(ResultsError, match="double counting"):
        open_results(str(folder))


def test_a_file_of_an_earlier_version_left_none_out(tmp_path: Path) -> None:
    arrays, meta = read_arrays(Path(open_results("demo").file))
    about = {name: value for name, value in meta["about"].items() if name != "left_out"}
    del meta["start"]
    write_arrays(tmp_path / "old.bin", arrays, {**meta, "about": about})
    assert info_of(tmp_path / "old.bin").left_out == {}

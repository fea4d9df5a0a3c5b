"""``protomodels evaluate`` with files of any kind, one or several."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest

import protomodels as pm
from protomodels.results.demo import HIDDEN
from protomodels.scoring.spectrum import SpectrumEvaluation
from protomodels.spectrum import spectrum_of
from tests.command_line import COMMAND, Cli
from tests.slha_texts import slha


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "any.slha").write_text(slha())
    (tmp_path / "any.gz").write_bytes(gzip.compress(slha().encode()))
    (tmp_path / "bad.slha").write_text("BLOCK MASS\n 1000006 heavy\n")
    (tmp_path / "proto.slha").write_text(pm.load_model(str(HIDDEN)).to_slha())
    (tmp_path / "invalid.slha").write_text(slha(more="BLOCK SPINFO\n 1 SPheno\n 4 point with tachyons\n"))
    return tmp_path


def test_any_model_is_answered_for(cli: Cli, files: Path) -> None:
    answer = cli.json("evaluate", "any.slha")
    assert isinstance(answer, dict) and answer["K"] is None and "2000002" in answer["reason"]
    wanted = {"Z", "mu_hat", "mumax", "combination", "critic", "results", "coverage", "warnings", "seconds", "excluded"}
    assert wanted <= set(answer) and answer["Z"] > 2.0 and len(answer["results"]) > 20
    text = cli("evaluate", "any.slha").stdout
    for words in ("not excluded at 95% CL", "what sees it", "what drives Z", "no proto-model"):
        assert words in text
    packed = cli.json("evaluate", "any.gz")
    assert isinstance(packed, dict) and packed["results"] == answer["results"]
    piped = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "evaluate", "-", "--format", "json"],
        input=slha(),
        capture_output=True,
        text=True,
        env=cli.environment,
        timeout=300,
        check=True,
    )
    assert json.loads(piped.stdout)["results"] == answer["results"]


def test_several_files_and_one_that_is_bad(cli: Cli, files: Path) -> None:
    done = cli("evaluate", "any.slha", "bad.slha", "missing.json", str(HIDDEN), "--format", "json", code=2)
    found = json.loads(done.stdout)
    assert [entry["model"] for entry in found] == ["any.slha", "bad.slha", "missing.json", str(HIDDEN)]
    assert ["error" in entry for entry in found] == ["K" not in entry for entry in found] == [False, True, True, False]
    assert "heavy" in found[1]["error"] and done.stderr.count("error: ") == 2
    alone = cli.json("evaluate", str(HIDDEN))
    assert isinstance(alone, dict) and alone["K"] == found[3]["K"] and "model" not in alone
    assert "error: bad.slha: MASS, line 2: got 1000006 heavy" in done.stderr
    assert "error: MASS, line 2: got 1000006 heavy" in cli("evaluate", "bad.slha", code=2).stderr
    text = cli("evaluate", "any.slha", "bad.slha", "proto.slha", code=2).stdout
    assert "what drives Z" in text and "what drives K" in text


def test_options_of_smodels(cli: Cli, files: Path) -> None:
    cut = cli.json("evaluate", "any.slha", "--sigmacut", "100", "--no-compress", "--promptWidth", "1e-10")
    assert isinstance(cut, dict) and not cut["results"] and any("sigmacut" in words for words in cut["warnings"])
    assert "sigmacut: got 0.0" in cli("evaluate", "any.slha", "--sigmacut", "0", code=2).stderr
    wide = cli.json("evaluate", "proto.slha", "--minmassgap", "6")
    plain = cli.json("evaluate", "proto.slha")
    assert isinstance(wide, dict) and isinstance(plain, dict) and wide["results"]
    assert wide["K"] == pytest.approx(plain["K"], rel=1e-4) and plain["warnings"] == []


def test_invalid_points_are_read_when_asked_for(cli: Cli, files: Path) -> None:
    assert "tachyons" in cli("evaluate", "invalid.slha", code=2).stderr
    answer = cli.json("evaluate", "invalid.slha", "--allow-invalid")
    assert isinstance(answer, dict) and any("tachyons" in words for words in answer["warnings"])


def test_the_front_door_takes_them_too(files: Path) -> None:
    found = pm.evaluate(str(files / "any.gz"))
    assert isinstance(found, SpectrumEvaluation) and found.results
    assert pm.evaluate(spectrum_of(slha(), "mine")).Z == found.Z
    both = pm.evaluate_many([files / "any.slha", files / "proto.slha"])
    assert both[0].Z == found.Z and both[1].K == pm.evaluate(files / "proto.slha").K
    assert pm.load_model(str(files / "proto.slha")).n_particles == 3

"""SLHA files of proto-models that generators write otherwise than we do."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import protomodels as pm
from protomodels.errors import ModelError
from protomodels.scoring.spectrum import read_text
from protomodels.slha import read_slha

MODEL = "BLOCK MASS\n 1000022 210.\n 1000006 830.\nDECAY 1000006 {width}\n 1.0 2 1000022 6\n"
PRODUCED = "XSECTION 1.30E+04 2212 2212 2 -1000006 1000006\n 0 2 0 0 0 0 4.8E-03 NLL\n"
LEADING = " 0 0 0 0 0 0 1.0E-03 LO\n"
TEVATRON = "XSECTION 1.30E+04 -2212 2212 2 -1000006 1000006\n 0 2 0 0 0 0 4.8E-01 other beams\n"
EVENT = """<event>
 8 1 5.0e-01 1.0e+03 7.8e-03 9.0e-02
 21 -1 0 0 501 502 0 0 1000 1000 0 0 1
 21 -1 0 0 502 501 0 0 -1000 1000 0 0 1
 1000006 2 1 2 501 0 0 0 0 830 830 0 0
 -1000006 2 1 2 0 501 0 0 0 830 830 0 0
 6 1 3 3 501 0 0 0 0 173 173 0 0
 1000022 1 3 3 0 0 0 0 0 210 210 0 0
 -6 1 4 4 0 501 0 0 0 173 173 0 0
 1000022 1 4 4 0 0 0 0 0 210 210 0 0
</event>
"""
INIT = "<init>\n 2212 2212 6.5e+03 6.5e+03 0 0 247000 247000 -4 1\n 5.0e-01 1e-3 5e-01 1\n</init>\n"
HEADER = f"<LesHouchesEvents>\n<header>\n<slha>\n{MODEL.format(width=1.0)}</slha>\n</header>\n"


@pytest.mark.parametrize("more", [LEADING, TEVATRON, ""])
def test_the_highest_order_of_proton_collisions_counts(more: str) -> None:
    text = MODEL.format(width=1.0) + PRODUCED + more
    sections = read_slha(text)[1], read_text(text, "point").sections
    for found in sections:
        assert found is not None and found.sigma.tolist() == [[4.8]]


def test_events_with_a_banner_keep_their_cross_section(capfd: pytest.CaptureFixture[str]) -> None:
    read = read_text(HEADER + INIT + EVENT + "</LesHouchesEvents>\n", "events")
    assert read.model is not None and read.sections is not None and read.sections.sigma.tolist() == [[500.0]]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("width", ["1e-20", "0.0", "-1e-35", "nan"])
def test_proto_models_have_no_lifetimes(width: str, tmp_path: Path) -> None:
    (tmp_path / "point.slha").write_text(MODEL.format(width=width))
    with pytest.raises(ModelError, match=r"widths: got .* of X_t1|DECAY 1000006, line 4: got nan"):
        pm.load_model(tmp_path / "point.slha")


def test_load_model_reads_files_as_evaluate_does(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    plain = pm.load_model(write(tmp_path, MODEL.format(width=1.0)))
    for text in (
        MODEL.format(width="1.0D+00").replace("830.", "8.3D+02"),
        MODEL.format(width=1.0) + "DECAY1L 1000006 1.1\n 1.0 2 1000022 6\n",
        MODEL.format(width=1.0).replace(" 1000006 830.", "BLOCK MASS\n 1000006 830."),
    ):
        assert pm.load_model(write(tmp_path, text)) == plain
    assert "2 MASS blocks are merged" in caplog.text
    (tmp_path / "events.lhe.gz").write_bytes(gzip.compress((HEADER + INIT + EVENT).encode()))
    assert pm.load_model(tmp_path / "events.lhe.gz").masses == plain.masses
    with pytest.raises(ModelError, match="SPINFO 4, line 2: got tachyons"):
        pm.load_model(write(tmp_path, "BLOCK SPINFO\n 4 tachyons\n" + MODEL.format(width=1.0)))


def write(folder: Path, text: str) -> Path:
    (folder / "point.slha").write_text(text)
    return folder / "point.slha"

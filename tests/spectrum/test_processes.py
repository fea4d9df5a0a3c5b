"""XSECTION blocks in their spellings."""

from __future__ import annotations

import pytest

from protomodels.errors import ModelError
from protomodels.spectrum import read_spectrum

MASSES = "BLOCK MASS\n 1000006 800\n 1000022 200\n 1000021 900\n 1000024 300\n"
HEAD = "XSECTION 1.30E+04 2212 2212 2 -1000006 1000006\n"


def sigma(text: str) -> dict[tuple[int, int], dict[float, float]]:
    """fb, by pair and energy."""
    found = read_spectrum(MASSES + text).sections
    if found is None:
        return {}
    rows = (dict(zip(found.sqrts, row, strict=True)) for row in found.sigma.tolist())
    return dict(zip(found.pairs, rows, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        HEAD + " 0 2 0 0 0 0 0.03 NLLfast\n",
        HEAD + " 0 0 0 0 0 0 0.02\n 0 2 0 0 0 0 3.0D-02\n 0 1 0 0 0 0 0.04\n",
        HEAD + " 0 2 0 0 0 0 0.03\n" + HEAD + " 0 0 0 0 0 0 0.02\n",
        "XSECTION 13000. 2212 2212 2 1000006 -1000006 # Nevts: 1\n\t0 2 0 0 0 0 0.03 code\n",
        "xsection 1.3d4 2212 2212 2 1000006 -1000006\n 0 2 0 1 1 0 0.03\n 0 2 0 2 2 0 0.05\n 0 2 0 0.5 0.5 0 0.06\n",
    ],
)
def test_highest_order_and_central_scales(text: str) -> None:
    assert sigma(text) == {(-1000006, 1000006): {13.0: pytest.approx(30.0)}}


def test_of_one_order_the_larger_counts_and_this_is_said() -> None:
    text = MASSES + HEAD + " 0 2 0 0 0 0 0.03\n 0 2 0 0 0 0 0.035\n"
    found = read_spectrum(text)
    assert found.sections is not None and found.sections.sigma[0, 0] == pytest.approx(35.0)
    assert any("same order" in note for note in found.notes)


def test_several_energies() -> None:
    both = HEAD + " 0 0 0 0 0 0 0.03\nXSECTION 8.00E+03 2212 2212 2 1000021 1000021\n 0 0 0 0 0 0 0.01\n"
    assert sigma(both) == {(-1000006, 1000006): {8.0: 0.0, 13.0: 30.0}, (1000021, 1000021): {8.0: 10.0, 13.0: 0.0}}
    found = read_spectrum(MASSES + HEAD.replace("1.30", "1.36") + " 0 0 0 0 0 0 0.03\n")
    assert any("only at 13.6 TeV" in note for note in found.notes)


def test_majorana_particles_have_one_name() -> None:
    text = "XSECTION 1.3E+04 2212 2212 2 -1000021 -1000021\n 0 0 0 0 0 0 0.03\n"
    assert sigma(text) == {(1000021, 1000021): {13.0: 30.0}}


def test_what_is_left_out() -> None:
    text = HEAD + " 0 0 0 0 0 0 0.03\n"
    text += "XSECTION 1.3E+04 2212 2212 2 1000002 1000021\n 0 0 0 0 0 0 0.03\n"
    text += "XSECTION 1.3E+04 2212 2212 2 24 -24\n 0 0 0 0 0 0 100.\n"
    text += "XSECTION 1.0E+03 11 -11 2 -1000006 1000006\n 0 0 0 0 0 0 0.03\n"
    text += "XSECTION 1.3E+04 2212 2212 3 -1000006 1000006 1000022\n 0 0 0 0 0 0 0.03\n"
    found = read_spectrum(MASSES + text)
    assert found.sections is not None and found.sections.pairs == ((-1000006, 1000006),)
    for words in ("1000002", "beams 11 -11", "three or more"):
        assert any(words in note for note in found.notes), words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + " 0 0 0 0 0 0 -0.03\n", "XSECTION, line 7: got -0.03; allowed: a finite, non-negative"),
        (HEAD + " 0 0 0 0 0 0 NaN\n", "XSECTION, line 7: got nan"),
        (HEAD + " 0 0 0 0 0 0\n", "XSECTION, line 7: got 0 0 0 0 0 0;"),
        (HEAD + " 0 0 0 0 0 0 many\n", "XSECTION, line 7: got 0 0 0 0 0 0 many"),
        (HEAD.replace("1.30E+04", "13"), "an energy in GeV, such as 1.30E"),
        (HEAD.replace(" 2 -", " 3 -"), "the number of particles and their pids"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_spectrum(MASSES + text)

"""What is wrong in a file and can still be read is said; what cannot be meant is refused."""

from __future__ import annotations

import re
import warnings

import pytest

from protomodels.errors import ConfigError, ModelError
from protomodels.predictor.general import Options
from protomodels.spectrum import load_spectrum, read_spectrum, reference_sections
from tests.slha_texts import slha

DAUGHTERS = "1.0 2 1000022 6"
HEADER = "XSECTION 1.3E+04 2212 2212 2 -1000006 1000006\n"

SAID = {
    "charge": (slha().replace(DAUGHTERS, "1.0 2 1000022 5"), "do not conserve charge .*: 1000006 -> 5 1000022"),
    "sign": (slha().replace(DAUGHTERS, "1.0 2 1000022 -6"), "do not conserve charge .*: 1000006 -> -6 1000022"),
    "Higgs": (slha(more="DECAY 25 4e-3\n 0.5 2 1000022 1000022"), "decays of 25 into new particles are not followed"),
    "empty": (slha(sections={}) + HEADER, r"XSECTION without a value: \(-1000006, 1000006\)"),
    "SM": (slha(more="BLOCK QNUMBERS 6 # t\n 1 -1\n 2 2\n 3 8\n 4 0"), "QNUMBERS 6 is left out"),
    "other": (slha(more="BLOCK QNUMBERS 1000006\n 1 2\n 2 2\n 3 3\n 4 1"), "another particle than X_t1; the block"),
    "own": (slha(more="BLOCK QNUMBERS 1000006\n 1 2\n 2 1\n 3 3\n 4 0"), "its own antiparticle, which nothing of"),
}


@pytest.mark.parametrize("name", SAID)
def test_it_is_said(name: str) -> None:
    text, words = SAID[name]
    assert read_spectrum(slha()).notes == ()
    assert re.search(words, "\n".join(read_spectrum(text).notes))


REFUSED = {
    "a daughter too many": (slha().replace(DAUGHTERS, "1.0 2 1000022 6 24"), "got 1.0 2 1000022 6 24; allowed: 2 daug"),
    "more than protons do": (slha(sections={(-1000006, 1000006): 1e303}), r"XSECTION.* at most 1e\+12"),
    "more than numbers hold": (slha(sections={(-1000006, 1000006): float("inf")}), "XSECTION"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(ModelError, match=words):
        read_spectrum(text)


def test_a_comment_without_its_sign_after_the_daughters_is_one() -> None:
    found = read_spectrum(slha().replace(DAUGHTERS, f"{DAUGHTERS} BR(~t_1 -> ~chi_10 t)"))
    assert found.decays == read_spectrum(slha()).decays


def test_a_sign_in_a_comment_does_not_end_the_line() -> None:
    plain = slha().replace("  1000006 830.0", "  1000006 830.0 # of a scan\x85 1000006 500.0")
    assert read_spectrum(plain.encode("latin-1")).particles == read_spectrum(slha()).particles


def test_massless_particles_have_the_cross_sections_of_the_edge() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, _ = reference_sections(read_spectrum(slha({1000022: 0.0, 1000006: 830.0}, sections={})))
    edge, _ = reference_sections(read_spectrum(slha({1000022: 1.0, 1000006: 830.0}, sections={})))
    assert found.sigma.tolist() == edge.sigma.tolist() and found.pairs


def test_what_decays_at_once_is_wider_than_what_never_decays() -> None:
    with pytest.raises(ConfigError, match="promptWidth: got 1e-30; allowed: at least stableWidth, 1e-25 GeV"):
        Options(promptWidth=1e-30)


def test_halves_of_characters_are_replaced() -> None:
    found = read_spectrum(slha(more="BLOCK SPINFO\n 3 odd \ud800 sign"))
    assert found.notes == ("SPINFO warns: odd ? sign",)


@pytest.mark.parametrize("path", [5, None, b"point.slha"])
def test_what_is_no_path_is_said(path: object) -> None:
    with pytest.raises(ModelError, match="path: got"):
        load_spectrum(path)  # type: ignore[arg-type]

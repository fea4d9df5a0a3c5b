"""Files as generators and people write them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from protomodels.errors import ModelError
from protomodels.spectrum import Spectrum, load_spectrum, read_spectrum, spectrum_of
from tests.spectrum.files import MEDIATOR, STOP

MASSES = "BLOCK MASS\n 1000006 800\n 1000022 200\n"
DECAY = "DECAY 1000006 1.0\n 1.0 2 1000022 6\n"
TO_TOP = {(6, 1000022): 1.0}


def ratios(found: Spectrum, pid: int = 1000006) -> dict[tuple[int, ...], float]:
    return {decay.daughters: decay.ratio for decay in found.decays.get(pid, ())}


def said(found: Spectrum, *words: str) -> bool:
    """Is there a note with all these words?"""
    return any(all(word in note for word in words) for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        MASSES.replace("800", "8.0D+02") + DECAY.replace("1.0 2", "1.d0 2"),
        "\ufeff" + MASSES + DECAY,
        (MASSES + DECAY).replace("\n", "\r\n").replace(" ", "\t"),
        (MASSES + DECAY).lower(),
        MASSES + "! old comment\n// another\n" + DECAY.replace("\n 1.0", " # stop\n# BR NDA\n BR NDA ID1 ID2\n 1.0"),
        MASSES.replace("MASS", "MASS Q= 1.0E+03 # at Q") + "BLOCK UNKNOWN\n 1000006 5\n" + DECAY,
        MASSES + DECAY + "DECAY1L 1000006 1.1\n 1.0 2 1000022 6\n",
        MASSES + DECAY + "  DECAY1L 1000006 1.1\n   1.0 2 1000022 6\n",
        MASSES + "DECAY 1000006 1.0\n 0.5 2 1000022 6\n 0.5 2 6 1000022\n",
        MASSES + "DECAY -1000006 1.0\n 1.0 2 -1000022 -6\n",
        MASSES.replace("200", "-200 ~chi_10") + DECAY,
    ],
)
def test_spellings_of_one_model(text: str) -> None:
    found = read_spectrum(text)
    assert {pid: p.mass for pid, p in found.particles.items()} == {1000006: 800.0, 1000022: 200.0}
    assert ratios(found) == TO_TOP
    assert found.particles[1000006].width == 1.0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_encodings(encoding: str) -> None:
    assert ratios(read_spectrum(("# caf\u00e9\n" + MASSES + DECAY).encode(encoding))) == TO_TOP


def test_a_mark_of_another_encoding() -> None:
    text = ("# caf\u00e9\n" + MASSES + DECAY).encode("latin-1")
    assert ratios(read_spectrum(b"\xef\xbb\xbf" + text)) == TO_TOP
    with pytest.raises(ModelError, match="no utf-16 text"):
        read_spectrum(b"\xff\xfe" + text + b"\x00\xd8")


def test_repeated_blocks_are_merged_and_the_later_entry_counts() -> None:
    found = read_spectrum(MASSES + DECAY + "BLOCK MASS\n 1000006 900.\n")
    assert {pid: p.mass for pid, p in found.particles.items()} == {1000006: 900.0, 1000022: 200.0}
    assert said(found, "2 MASS blocks", "1000006 (900 GeV)")
    twice = read_spectrum(MASSES + "DECAY 1000006 0.\n" + DECAY)
    assert ratios(twice) == TO_TOP and said(twice, "two DECAY sections for 1000006")


def test_sums_of_ratios() -> None:
    low = read_spectrum(MASSES + "DECAY 1000006 1.0\n 0.98 2 1000022 6\n")
    assert ratios(low) == {(6, 1000022): 0.98} and said(low, "1000006", "0.98")
    assert not read_spectrum(MASSES + "DECAY 1000006 1.0\n 0.999 2 1000022 6\n").notes
    with pytest.raises(
        ModelError, match=r"DECAY 1000006: got ratios that sum to 1\.1; allowed: a sum of at most 1\.005"
    ):
        read_spectrum(MASSES + "DECAY 1000006 1.0\n 1.1 2 1000022 6\n")


def test_widths() -> None:
    long_lived = read_spectrum(MASSES + DECAY.replace("1.0\n 1.0", "1.0E-20\n 1.0"))
    assert long_lived.particles[1000006].width == 1e-20 and ratios(long_lived) == TO_TOP
    negative = read_spectrum(MASSES + DECAY.replace("1.0\n 1.0", "-1.0E-35\n 1.0"))
    assert negative.particles[1000006].width == 1e-35 and said(negative, "1000006", "negative", "-1e-35")
    resting = read_spectrum(MASSES + DECAY.replace("1.0\n 1.0", "0.0\n 1.0"))
    assert resting.particles[1000006].width == 0.0 and not resting.decays and said(resting, "1000006", "width is 0")
    without = read_spectrum(MASSES)
    assert without.particles[1000006].width == 0.0 and said(without, "stable for want of a DECAY", "1000006")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "text without a MASS block"),
        ("{}", "JSON"),
        ("BLOCK MASS\n 6 173.\n", "no new particle"),
        ("BLOCK MASS\n 2000001 5000\n", "x: got 1 new particles that are never made"),
        ("BLOCK MASS\n 1000006 heavy\n", "MASS, line 2: got 1000006 heavy"),
        ("BLOCK MASS\n 1000006 NaN\n", "MASS, line 2: got 1000006 NaN"),
        ("BLOCK MASS\n 1000006\n", "MASS, line 2: got 1000006;"),
        (MASSES + DECAY.replace("1.0\n", "Auto\n"), "DECAY 1000006, line 4: got Auto; .*widths must be computed first"),
        (MASSES + "DECAY 1000006\n", "DECAY 1000006, line 4: got nothing"),
        (MASSES + "DECAY 1000006 inf\n", "DECAY 1000006, line 4: got inf; allowed: a finite width"),
        (MASSES + "DECAY 1000006 1.0\n 1.0 2 1000022", "DECAY 1000006, line 5: got 1.0 2 1000022; .*2 daughters"),
        (MASSES + "DECAY 1000006 1.0\n nan 2 1000022 6\n", "DECAY 1000006, line 5: got nan 2 1000022 6"),
        (MASSES + "DECAY 1000006 1.0\n Auto 2 1000022 6\n", "DECAY 1000006, line 5: got Auto 2 1000022 6"),
        (MASSES + "DECAY stop 1.0\n", "DECAY, line 4: got DECAY stop 1.0"),
        (MASSES + "BLOCK QNUMBERS 9000001\n 1 0\n 2 2\n 3 5\n 4 0\n", "QNUMBERS 9000001: got .*colour 5"),
        (MASSES + "BLOCK QNUMBERS 9000001\n 1 no\n", "QNUMBERS 9000001, line 5: got 1 no"),
        (MASSES + "BLOCK SPINFO\n 4 tachyons\n", "SPINFO 4, line 5: got tachyons; .*allow_invalid=True"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        spectrum_of(text, "x")


def test_invalid_point_may_be_asked_for() -> None:
    found = read_spectrum(MASSES + DECAY + "BLOCK SPINFO\n 3 warned\n 4 tachyons\n", allow_invalid=True)
    assert said(found, "SPINFO", "tachyons") and said(found, "SPINFO", "warned")


def test_what_cannot_be_made_is_left_out() -> None:
    found = read_spectrum("BLOCK MASS\n 1000006 800\n 1000022 200\n 2000001 5000\n 1000039 1E-9\n")
    assert set(found.particles) == {1000006, 1000022, 1000039} and said(found, "2000001", "2400 GeV")
    produced = read_spectrum(STOP + "BLOCK MASS\n 1000021 900\n")
    assert 1000021 not in produced.particles and said(produced, "1000021", "produced (800 GeV)")


def test_unknown_heavy_and_closed_decays() -> None:
    found = read_spectrum(
        MASSES + " 1000024 900\nDECAY 1000006 1.0\n 0.5 2 1000022 6\n 0.2 2 1000023 6\n 0.2 2 1000022 321\n"
        " 0.1 2 1000024 5\nDECAY 1000024 1.0\n 1.0 2 1000022 24\nDECAY 1000023 1.0\n 1.0 2 1000022 23\n"
    )
    assert ratios(found) == {(6, 1000022): 0.5}
    assert said(found, "1000023", "not known", "1000006") and said(found, "321", "not known")
    assert said(found, "heavier", "1000006 -> 5 1000024") and said(found, "without a mass", "1000023")


def test_hadrons_are_not_new_unless_they_are_said_to_be() -> None:
    text = MASSES + " 321 0.49\n" + DECAY
    assert set(read_spectrum(text).particles) == {1000006, 1000022}
    said_so = "BLOCK QNUMBERS 321\n 1 0\n 2 1\n 3 1\n 4 0\n"
    assert set(read_spectrum(text + said_so).particles) == {321, 1000006, 1000022}


def test_quantum_numbers_from_qnumbers_blocks() -> None:
    found = read_spectrum(MEDIATOR)
    mediator, dark = found.particles[9000055], found.particles[9000052]
    assert (mediator.name, mediator.twice_spin, mediator.self_conjugate, mediator.odd) == ("zp", 2, True, False)
    assert (dark.name, dark.twice_spin, dark.self_conjugate, dark.odd) == ("chi", 1, False, True)
    assert found.sections is not None and found.sections.pairs == ((0, 9000055),)


def test_quantum_numbers_from_decays() -> None:
    """A vector-like quark to W b, a charged scalar to it, and dark matter that only a decay names."""
    found = read_spectrum(
        "BLOCK MASS\n 9000006 900 # tp\n 9000010 1200 # phi\n 9000011 100\n 9000012 1000\n 9000099 50\n"
        "DECAY 9000006 1.0\n 1.0 2 24 5\nDECAY 9000010 1.0\n 1.0 2 9000006 -5\n"
        "DECAY 9000012 1.0\n 1.0 2 9000011 -11\nDECAY 9000011 0.0\n"
    )
    tp, phi = found.particles[9000006], found.particles[9000010]
    assert (tp.name, tp.thrice_charge, tp.colour, tp.twice_spin, tp.self_conjugate) == ("tp", 2, 3, 1, False)
    assert (phi.thrice_charge, phi.colour, phi.twice_spin) == (3, 1, 0)
    assert said(found, "QNUMBERS", "9000011") and not said(found, "QNUMBERS", "9000012")
    assert (found.particles[9000012].thrice_charge, found.particles[9000012].twice_spin) == (3, 0)
    assert 9000099 not in found.particles and said(found, "9000099", "left out")


def test_files_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    path = tmp_path / "point.txt"
    path.write_bytes(gzip.compress(STOP.encode()))
    assert load_spectrum(path).particles == read_spectrum(STOP).particles
    path.write_bytes(gzip.compress(b"\0" * 60_000_000))
    with pytest.raises(ModelError, match="more than 50000000 bytes"):
        load_spectrum(path)
    path.write_bytes(gzip.compress(STOP.encode())[:-20])
    with pytest.raises(ModelError, match="a whole"):
        load_spectrum(path)
    with pytest.raises(ModelError, match="no such file"):
        load_spectrum(tmp_path / "none")


def test_mixing_is_that_of_positive_masses() -> None:
    """A row of NMIX with a negative mass, times i."""
    found = read_spectrum(STOP)
    assert found.mixing["NMIX"][0] == (0.99j, 0.0, 0.0, -0.1j)
    complex_one = read_spectrum(STOP + "BLOCK IMNMIX\n 1 2 0.1\nBLOCK NMNMIX\n 5 5 1.0\n")
    assert complex_one.mixing["NMIX"][0] == (0.99j, -0.1, 0.0, -0.1j, 0.0)
    assert "NMIX" not in read_spectrum(STOP + "BLOCK NMIX\n 8 8 1.0\n").mixing
    with pytest.raises(ModelError, match=r"NMIX, line 27: got 1 1 2\.5"):
        read_spectrum(STOP + "BLOCK NMIX\n 1 1 2.5\n")

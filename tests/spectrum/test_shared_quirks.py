"""Other people's files, each with one trouble: what their README says users expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.errors import ModelError
from protomodels.spectrum import Spectrum, load_spectrum

TOP = {(6, 1000022): 1.0}
EXPECTED: dict[str, tuple[dict[int, float], float, dict[tuple[int, ...], float], str]] = {
    "fortran_exponents": ({1000006: 800.0, 1000022: 200.0}, 1.0, TOP, ""),
    "utf8_bom": ({1000006: 800.0, 1000022: 200.0}, 1.0, TOP, ""),
    "branching_sum_0.98": ({1000006: 800.0, 1000022: 200.0}, 1.0, {(6, 1000022): 0.98}, "1000006 sum to 0.98"),
    "two_mass_blocks": ({1000006: 900.0, 1000022: 200.0}, 1.0, TOP, "2 MASS blocks are merged"),
    "three_body": ({1000006: 800.0, 1000022: 200.0}, 1.0, {(6, 1000022): 0.5, (5, 24, 1000022): 0.5}, ""),
    "decoupled_without_decay": ({1000006: 800.0, 1000022: 200.0, 1000039: 1e-9}, 0.0, {}, "left out.*2000001"),
    "long_lived_stop": ({1000006: 800.0, 1000022: 200.0}, 1e-20, TOP, ""),
    "only_13.6_tev": ({1000006: 800.0, 1000022: 200.0}, 1.0, TOP, "only at 13.6 TeV"),
    "stop_to_charm": ({1000006: 800.0, 1000022: 200.0}, 1.0, {(4, 1000022): 1.0}, ""),
    "decay1l_block": ({1000006: 800.0, 1000022: 200.0}, 1.0, TOP, "DECAY1L"),
    "negative_width": ({1000006: 800.0, 1000022: 200.0}, 1e-35, TOP, "1000006 is negative"),
}
"""Masses, width and ratios of the stop, and the words of a note."""


def _stop(found: Spectrum) -> tuple[dict[int, float], float, dict[tuple[int, ...], float]]:
    decays = {d.daughters: d.ratio for d in found.decays.get(1000006, ())}
    return {pid: p.mass for pid, p in found.particles.items()}, found.particles[1000006].width, decays


@pytest.mark.parametrize("name", EXPECTED)
def test_quirk(name: str, shared_models: Path) -> None:
    *values, words = EXPECTED[name]
    found = load_spectrum(shared_models / "quirks" / f"{name}.slha")
    assert _stop(found) == tuple(values)
    if words:
        with pytest.raises(AssertionError, match=words):
            raise AssertionError("; ".join(found.notes))


def test_refused(shared_models: Path) -> None:
    with pytest.raises(ModelError, match=r"1000006.*Auto.*widths must be computed first"):
        load_spectrum(shared_models / "quirks" / "width_auto.slha")
    path = shared_models / "quirks" / "spinfo_error.slha"
    with pytest.raises(ModelError, match="tachyonic states"):
        load_spectrum(path)
    assert len(load_spectrum(path, allow_invalid=True).particles) == 2


def test_gluinos_of_madgraph(shared_models: Path) -> None:
    found = load_spectrum(shared_models / "quirks" / "gluino_pair.lhe")
    assert {pid: p.mass for pid, p in found.particles.items()} == {1000021: 900.0, 1000022: 300.0}
    ratios = {d.daughters: d.ratio for d in found.decays[1000021]}
    assert ratios == {(-2, 2, 1000022): 0.625, (-1, 1, 1000022): 0.375}
    assert found.sections is not None
    assert found.sections.pairs == ((1000021, 1000021),) and found.sections.sigma[0, 0] == pytest.approx(390.0)
    assert any("4 events" in note and "8 decays" in note for note in found.notes)

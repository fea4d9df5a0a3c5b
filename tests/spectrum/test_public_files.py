"""SModelS's example files, as SModelS reads them: masses, widths, ratios, quantum numbers and cross sections."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.spectrum import read_spectrum
from tests.spectrum.oracle import PUBLIC, own_particles, smodels_reading, their_particles, their_sections

UNREACHABLE = {
    "simplyGluino": {35, 36, 37, 1000023, 1000024, 1000025, 1000035, 1000037}
    | {1000001, 1000002, 1000003, 1000004, 2000001, 2000002, 2000003, 2000004}
}
"""Without decays and heavier than anything produced: left out with a note, where SModelS keeps them as stable."""


@pytest.mark.parametrize("name", PUBLIC)
def test_file_is_read_as_smodels_reads_it(name: str, shared_models: Path) -> None:
    path = shared_models / "public" / f"{name}.slha"
    found = read_spectrum(path.read_bytes(), name)
    model = smodels_reading(path)
    theirs = their_particles(model, found)
    assert set(theirs) - set(found.particles) == UNREACHABLE.get(name, set())
    ours = own_particles(found)
    assert set(ours) <= set(theirs)
    for pid, values in ours.items():
        assert values == theirs[pid], (name, pid)
    sections = their_sections(model, found)
    if found.sections is None:
        assert name == "higgsino_spectrum_520_125_dm_10"
        return
    pairs, sqrts = found.sections.pairs, found.sections.sqrts
    mine = {(p, e): found.sections.sigma[i, j] for i, p in enumerate(pairs) for j, e in enumerate(sqrts)}
    assert {key: value for key, value in mine.items() if value > 0.0 or key in sections} == pytest.approx(sections)


def test_parities(shared_models: Path) -> None:
    """Sparticles are odd, Higgs bosons beside them even, those of an inert doublet odd, a mediator even."""

    def odd(name: str) -> set[int]:
        found = read_spectrum((shared_models / "public" / f"{name}.slha").read_bytes(), name)
        return {pid for pid, particle in found.particles.items() if particle.odd}

    assert odd("idm_example") == {35, 36, 37}
    assert {51, 52, 5000001} <= odd("TRV1_1800_300_300") and 55 not in odd("TRV1_1800_300_300")
    mssm = odd("gluino_squarks")
    assert len(mssm) == 28 and not mssm & {35, 36, 37}


def test_resonance_is_produced_alone(shared_models: Path) -> None:
    found = read_spectrum((shared_models / "public" / "TRV1_1800_300_300.slha").read_bytes(), "TRV1")
    assert found.sections is not None
    assert found.sections.pairs == ((0, 55),)
    assert found.sections.sigma.tolist() == [[1296.7]]
    assert found.particles[55].twice_spin == 2 and found.particles[55].self_conjugate
    assert found.particles[52].twice_spin == 1 and not found.particles[52].self_conjugate

"""A proto-model as a spectrum, as SModelS is given it."""

from __future__ import annotations

import math

import pytest

from protomodels.model import ProtoModel
from protomodels.slha import write_slha
from protomodels.spectrum import read_spectrum, to_spectrum

MODEL = ProtoModel(
    {1000022: 100.0, 1000023: 180.0, 1000024: 300.0, 1000006: 700.0, 1000021: 1200.0},
    {
        1000023: {(1000022, 23): 1.0},
        1000024: {(1000022, 24): 0.5, (1000023, 24): 0.5},
        1000006: {(1000022, 6): 0.25, (1000024, 5): 0.75},
        1000021: {(1000024, 1, 2): 1.0},
    },
    {(-1000006, 1000006): 2.0},
)


def test_it_is_what_its_slha_says() -> None:
    """Charges and virtual bosons put in; files round ratios and have the width 1 GeV."""
    found, read = to_spectrum(MODEL), read_spectrum(write_slha(MODEL))
    assert set(found.particles) == set(read.particles)
    for pid, particle in found.particles.items():
        other = read.particles[pid]
        assert particle.width == (math.inf if other.width else 0.0)
        for field in ("name", "mass", "twice_spin", "thrice_charge", "colour", "self_conjugate", "odd"):
            assert getattr(particle, field) == getattr(other, field), (pid, field)
        ratios = {decay.daughters: decay.ratio for decay in found.decays.get(pid, ())}
        assert ratios == pytest.approx({decay.daughters: decay.ratio for decay in read.decays.get(pid, ())}, abs=1e-8)
        assert sum(ratios.values()) == pytest.approx(1.0 if ratios else 0.0)
    assert found.sections is not None and read.sections is not None
    assert found.sections.pairs == read.sections.pairs
    assert found.sections.sigma == pytest.approx(read.sections.sigma, rel=1e-6)
    assert len(found.decays[1000023]) == 8 and len(found.decays[1000021]) == 2

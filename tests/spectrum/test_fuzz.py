"""Mutated files: a spectrum or a ModelError, nothing else."""

from __future__ import annotations

import contextlib
import gzip
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protomodels.errors import ModelError
from protomodels.spectrum import Spectrum, spectrum_of
from tests.spectrum.files import EVENTS, MEDIATOR, STOP

WORDS = (
    *("DECAY", "BLOCK", "XSECTION", "MASS", "QNUMBERS", "<event>", "</event>", "<init>", "<slha>", "</slha>", "#"),
    *("Auto", "nan", "-inf", "1e999", "1.0D+02", "-1e-35", "0", "-1", "2", "3", "99999999999999999999", "1000006"),
    *("-1000022", "9000001", "25", "\x00", "\ufeff", "\u0663", "é", "\t", "\r\n", "1_0", "BLOCK QNUMBERS 9000001\n"),
)
ANY = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def _checked(found: Spectrum) -> None:
    """What the contract says of a spectrum."""
    assert found.particles
    for pid, particle in found.particles.items():
        assert pid == particle.pid > 0
        assert 0.0 <= particle.mass < math.inf and particle.width >= 0.0
        assert particle.colour in (1, 3, 6, 8) and particle.twice_spin >= 0
    for pid, decays in found.decays.items():
        assert found.particles[pid].width > 0.0 and decays
        assert 0.0 < sum(decay.ratio for decay in decays) <= 1.0051
        for decay in decays:
            assert decay.daughters == tuple(sorted(decay.daughters))
    if found.sections is not None:
        assert (found.sections.sigma >= 0.0).all() and math.isfinite(found.sections.sigma.sum())


@ANY
@given(
    st.sampled_from((STOP, MEDIATOR, EVENTS)),
    st.lists(st.tuples(st.integers(0, 10**4), st.sampled_from(WORDS)), max_size=5),
)
def test_words_put_elsewhere(text: str, changes: list[tuple[int, str]]) -> None:
    words = text.replace("\n", " \n ").split(" ")
    for place, word in changes:
        words[place % len(words)] = word
    with contextlib.suppress(ModelError):
        _checked(spectrum_of(" ".join(words), "fuzz"))


@ANY
@given(
    st.sampled_from((STOP, MEDIATOR, EVENTS)),
    st.integers(0, 10**4),
    st.integers(0, 300),
    st.binary(max_size=8),
    st.booleans(),
)
def test_bytes_cut_and_put_in(text: str, place: int, cut: int, put: bytes, packed: bool) -> None:
    data = text.encode()
    at = place % len(data)
    data = data[:at] + put + data[at + cut :]
    with contextlib.suppress(ModelError):
        _checked(spectrum_of(gzip.compress(data, 1) if packed else data, "fuzz"))

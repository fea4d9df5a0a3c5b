"""What has to be said of a spectrum beside the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from protomodels.model import Pair
from protomodels.predictor.general import Options
from protomodels.production import CrossSections
from protomodels.results.catalog import Catalog
from protomodels.spectrum import NewParticle, Spectrum
from protomodels.spectrum.reference import too_large

HBAR_C: Final = 1.973e-16
"""GeV m: c tau = HBAR_C / width."""
NAMED: Final = 12
"""At most so many particles or pairs are named in one sentence."""


def remarks(
    spectrum: Spectrum, sections: CrossSections, missing: tuple[Pair, ...], catalog: Catalog, options: Options
) -> tuple[str, ...]:
    """Sentences: notes of the reader, lifetimes, energies, cross sections that are missing, too large or too small."""
    said = [*spectrum.notes, *_lifetimes(spectrum, options), *_energies(sections, catalog)]
    if missing:
        said.append(f"no cross sections for {_listed([_pair(pair, spectrum) for pair in missing])}")
    if spectrum.sections is None:
        said += _exchanges(spectrum, sections, options)
    if not (sections.sigma >= options.sigmacut).any():
        said.append(f"no production has {options.sigmacut:g} fb (sigmacut): no result can see the model")
    return tuple(dict.fromkeys(said))


def _lifetimes(spectrum: Spectrum, options: Options) -> Iterator[str]:
    flying, staying = [], []
    for particle in spectrum.particles.values():
        if particle.width < options.stableWidth:
            if particle.thrice_charge or particle.colour != 1:
                staying.append(particle.name)
        elif particle.width <= options.promptWidth:
            flying.append(f"{particle.name} (width {particle.width:g} GeV, c tau {HBAR_C / particle.width:.3g} m)")
    if flying:
        yield f"long-lived, so that results for prompt decays see only a part: {_listed(flying)}"
    if staying:
        yield f"charged or coloured and stable, it leaves the detector as it is: {_listed(staying)}"


def _energies(sections: CrossSections, catalog: Catalog) -> Iterator[str]:
    known = sorted(set(catalog.sqrts.tolist()))
    lacking = [f"{energy:g}" for energy in known if not np.isclose(energy, sections.sqrts).any()]
    if lacking:
        yield f"no cross sections at {', '.join(lacking)} TeV: the results at this energy see nothing"


def _exchanges(spectrum: Spectrum, sections: CrossSections, options: Options) -> Iterator[str]:
    found = too_large(spectrum, sections, options.sigmacut)
    if found:
        squark = spectrum.particles[found[0].squark]
        pairs = _listed([f"{_pair(own.pair, spectrum)} (up to {own.factor:.1f} times)" for own in found])
        beside = f"beside {squark.name} of {squark.mass:.0f} GeV"
        yield f"reference cross sections take squarks as decoupled, and are too large {beside}: {pairs}"


def _pair(pair: Pair, spectrum: Spectrum) -> str:
    return " ".join(_name(abs(pid), spectrum.particles.get(abs(pid))) for pid in pair if pid)


def _name(pid: int, particle: NewParticle | None) -> str:
    return str(pid) if particle is None else particle.name


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")

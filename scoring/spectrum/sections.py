"""Which cross sections a spectrum is evaluated with."""

from __future__ import annotations

from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel
from protomodels.production import CrossSections, cross_sections, in_order, sections_in_order
from protomodels.settings import ReferenceOrder
from protomodels.spectrum import Spectrum, with_multipliers
from protomodels.spectrum.reference import reference_sections


def sections_of(
    spectrum: Spectrum, model: ProtoModel | None, order: ReferenceOrder
) -> tuple[ProtoModel | None, CrossSections, tuple[Pair, ...]]:
    """The cross sections of a spectrum: its own, or reference ones.

    Parameters
    ----------
    model: the proto-model that it is, None for any other.
    order: of reference cross sections.

    Returns
    -------
    the proto-model with its multipliers, the cross sections, and the pairs that were expected and have none.

    Raises
    ------
    ModelError: where there are none.
    """
    if spectrum.sections is not None:
        if model is None:
            return None, spectrum.sections, ()
        return *sections_in_order(*with_multipliers(model, spectrum.sections), order), ()
    if model is not None:
        named = in_order(model, order)
        return named, cross_sections(named), ()
    found, missing = reference_sections(spectrum, order=order)
    if not found.pairs:
        allowed = "XSECTION blocks, where no pair of its particles has a reference cross section"
        raise ModelError("cross sections", f"none in {spectrum.name}", allowed)
    return None, found, missing

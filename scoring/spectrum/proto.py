"""A spectrum that is a proto-model: which, and with which of SModelS's parameters."""

from __future__ import annotations

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.predictor.general import PROTO_OPTIONS, Options
from protomodels.spectrum import Spectrum, as_proto_model


def proto_model_of(spectrum: Spectrum, options: Options) -> tuple[ProtoModel | None, str | None]:
    """The proto-model that a spectrum is, or None and why it is none."""
    try:
        return as_proto_model(spectrum, options.promptWidth, options.stableWidth), None
    except ModelError as error:
        return None, f"no prior: it is no proto-model ({error.field}: {error.value})"


def options_for(model: ProtoModel | None, options: Options) -> Options:
    """SModelS's parameters for a spectrum: a proto-model, in JSON or SLHA, has its own, unless others are asked for.

    Parameters
    ----------
    model: the proto-model that the spectrum is, None for any other.
    options: those that are asked for.
    """
    return PROTO_OPTIONS if model is not None and options == Options() else options

"""A model of a scan as a spectrum: a file of any kind, its bytes, or a model in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from protomodels.errors import ModelError
from protomodels.files import model_from_dict, model_from_json
from protomodels.model import ProtoModel
from protomodels.production import in_order
from protomodels.settings import ReferenceOrder
from protomodels.spectrum import Spectrum, spectrum_of, to_spectrum
from protomodels.spectrum.encoding import contents, decoded, unpacked

AnyModel = ProtoModel | Spectrum | Mapping[str, Any] | str | Path
"""A model in Python, the plain values of a proto-model, or a path."""


@dataclass(frozen=True)
class NotAModel:
    """Stands for what was given as a model and is none: it may be something that cannot go to another process.

    Attributes
    ----------
    kind: name of its type.
    """

    kind: str


def spectrum_from(content: Any, name: str, order: ReferenceOrder, allow_invalid: bool = False) -> Spectrum:
    """A spectrum.

    Parameters
    ----------
    content: a :class:`Spectrum`, a proto-model or its plain values, the bytes of a file, or a path.
    order: of the reference cross sections of proto-models that name none.
    allow_invalid: read a point, too, that its generator calls invalid (SPINFO 4).

    Raises
    ------
    ModelError: naming the file or the field, the value and what is allowed.
    """
    if isinstance(content, Spectrum):
        return content
    if isinstance(content, (ProtoModel, Mapping)):
        model = content if isinstance(content, ProtoModel) else model_from_dict(content)
        return to_spectrum(in_order(model, order))
    if isinstance(content, NotAModel):
        raise ModelError(name, content.kind, "a Spectrum, a ProtoModel, its plain values, or a path")
    data = content if isinstance(content, bytes) else contents(content, "a readable model file")
    text = decoded(unpacked(data, name), name)
    if text.lstrip()[:1] == "{":
        return to_spectrum(in_order(model_from_json(text, name), order))
    return spectrum_of(text, name, allow_invalid)

"""What tests of universes share: the model that is hidden in the demo results."""

from __future__ import annotations

import pytest

from protomodels.files import read_model
from protomodels.model import ProtoModel
from protomodels.results.demo import HIDDEN


@pytest.fixture(scope="module")
def hidden() -> ProtoModel:
    return read_model(HIDDEN)[0]

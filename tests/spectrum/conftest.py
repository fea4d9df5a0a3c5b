"""Model files that users have, where this machine has them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.conftest import REAL

MODELS: Final = REAL.parent / "models"
"""Files of others, beside the real results; never committed."""


@pytest.fixture(scope="session")
def shared_models() -> Path:
    """The folder of other people's model files."""
    if not MODELS.is_dir():
        pytest.skip(f"no model files at {MODELS}")
    return MODELS

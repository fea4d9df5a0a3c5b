"""Where files are kept that can be made again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_directory() -> Path:
    """``$PROTOMODELS_CACHE``, or the user's cache directory."""
    return Path(os.environ.get("PROTOMODELS_CACHE") or platformdirs.user_cache_dir("protomodels"))

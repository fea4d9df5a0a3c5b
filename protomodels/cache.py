"""Where files are kept that can be made again: compiled results, downloads, machine code."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_directory() -> Path:
    """The folder of the cache: ``$PROTOMODELS_CACHE``, or the user's cache directory for ``protomodels``.

    The folder need not exist; who writes into it makes it.  What is in it is keyed by content or by format, so that
    versions of the program can share it, and it may be deleted at any time.
    """
    return Path(os.environ.get("PROTOMODELS_CACHE") or platformdirs.user_cache_dir("protomodels"))

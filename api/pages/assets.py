"""Scripts and styles, and plotly.js as it lies in the installed package plotly: nothing comes from elsewhere."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent / "static"
PLOTLY: Final = "plotly.min.js"
TYPES: Final = {".js": "text/javascript", ".css": "text/css"}


class _Static(StaticFiles):
    """Files that browsers keep for an hour."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One of ours, or plotly.js."""
        answer = (
            FileResponse(_plotly(), media_type=TYPES[".js"])
            if path == PLOTLY
            else await super().get_response(path, scope)
        )
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer


def _plotly() -> Path:
    spec = importlib.util.find_spec("plotly")
    assert spec is not None and spec.origin is not None  # noqa: S101 - a dependency
    return Path(spec.origin).parent / "package_data" / PLOTLY


def static_files() -> StaticFiles:
    """The application that serves them."""
    return _Static(directory=FOLDER)

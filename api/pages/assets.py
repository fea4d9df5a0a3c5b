"""Scripts and styles of the pages: nothing comes from another server.

static/vendor/ holds plotly.js 4.1.1, the bundle of its charts on two axes (npm package plotly.js-cartesian-dist-min),
as its makers built it, with its licence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent / "static"


class _Static(StaticFiles):
    """Files that browsers keep for an hour."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file of ours."""
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "max-age=3600"
        return answer


def static_files() -> StaticFiles:
    """The application that serves them."""
    return _Static(directory=FOLDER)

"""``protomodels serve``: the REST API and the dashboard."""

from __future__ import annotations

import gc
import logging
import sys
from enum import StrEnum
from typing import Annotated, Final

import typer

from protomodels.cli.options import StorageOption

GRACE_SECONDS: Final = 3
"""After so long an end does not wait for open event streams: whoever listens comes back."""


class LogFormat(StrEnum):
    """How the service writes its log, on standard error."""

    TEXT = "text"
    JSON = "json"


def serve(
    host: Annotated[
        str, typer.Option("--host", help="address to listen on; any but a loopback address asks callers for a token")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="port to listen on; 0: any free one")] = 8000,
    log_format: Annotated[
        LogFormat, typer.Option("--log-format", help="text for people; json: an object on each line")
    ] = LogFormat.TEXT,
    rate: Annotated[
        int, typer.Option("--rate", min=1, help="requests per minute allowed for each token or address")
    ] = 1200,
    storage: StorageOption = None,
) -> None:
    """Serve the REST API and the dashboard."""
    import uvicorn

    from protomodels.api.app import create_app
    from protomodels.api.logs import JsonLines
    from protomodels.api.settings import Settings
    from protomodels.database import default_url, open_storage

    url = storage or default_url()
    with open_storage(url):
        pass  # what is wrong with it is said here, in one line
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if log_format is LogFormat.JSON else plain)
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    shown = f"[{host}]" if ":" in host else host
    logging.getLogger(__name__).info("the dashboard: http://%s:%s/", shown, port)
    gc.freeze()  # modules stay: looking through them for garbage would hold requests up
    # an address in a header would be believed: whoever is in front has to be on this machine
    uvicorn.run(
        create_app(Settings(url, host, rate=rate)),
        host=host,
        port=port,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

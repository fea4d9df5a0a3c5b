"""What every request goes through: who may send it here, what is written about it, what its answer must carry."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from protomodels.api.logs import EXTRA
from protomodels.api.problems import problem
from protomodels.api.settings import PREFIX

log = logging.getLogger("api.requests")

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
LOCAL: Final = ("localhost", "127.0.0.1", "::1")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SAFE: Final = ("GET", "HEAD", "OPTIONS")

Next = Callable[[Request], Awaitable[Response]]


async def guarded(request: Request, call_next: Next) -> Response:
    """Refuse what another site's page sends, answer the rest, write a line about it, and harden the answer."""
    start = time.perf_counter()
    number = secrets.token_hex(8)
    words = _refusal(request)
    if words:
        answer: Response = problem(403, "refused", words)
    else:
        try:
            answer = await call_next(request)
        except Exception as error:  # noqa: BLE001 - every answer goes through what follows
            answer = await request.app.state.unexpected(request, error)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers["X-Request-ID"] = number
    seconds = time.perf_counter() - start
    method = request.method if request.method in METHODS else "OTHER"  # a client may invent any number of them
    request.app.state.services.metrics.saw(method, _pattern(request), answer.status_code, seconds)
    fields = {
        "request": number,
        "method": method,
        "path": request.url.path[:200],
        "status": answer.status_code,
        "ms": round(1000 * seconds, 1),
    }
    log.info("%s %s %s", method, request.url.path[:200], answer.status_code, extra={EXTRA: fields})
    return answer


def _pattern(request: Request) -> str:
    """Of the path that was asked for: there are few of them, and many paths."""
    route = request.scope.get("route")
    if route is None:
        return "/static" if request.url.path.startswith("/static/") else "(none)"
    # a route knows its path in its router only
    prefix = PREFIX if request.url.path.startswith(f"{PREFIX}/") else ""
    return prefix + str(route.path).removeprefix(prefix)


def _refusal(request: Request) -> str:
    """Why this request is refused; empty where it is not.

    Without tokens, whoever reaches the service may use it.  A web page that this machine's browser shows can do that
    too: by a name of its own that leads here, which the host's name gives away, or by a form, which the origin does.
    """
    host = _name(f"//{request.headers.get('host', '')}")
    if not request.app.state.services.settings.needs_token and host not in LOCAL:
        return f"host: got {host[:100]}; allowed: " + ", ".join(LOCAL)
    origin = request.headers.get("origin")
    if request.method not in _SAFE and origin is not None and _place(origin) != request.headers.get("host"):
        return f"origin: got {origin[:100]}; allowed: this service's own pages"
    return ""


def _place(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""

"""Requests and answers: what is safe to repeat is repeated, and every refusal is an error of the program's tree."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeVar, cast

import httpx
from pydantic import TypeAdapter, ValidationError

from protomodels.errors import ConfigError, NotFoundError, ProtomodelsError, ServiceError

PREFIX: Final = "/api/v1"
ATTEMPTS: Final = 4
_FIRST_WAIT: Final = 0.2
_SHOWN: Final = 200

T = TypeVar("T")


class Transport:
    """Sends requests to one service, and repeats those that are safe to repeat.

    Parameters
    ----------
    url: ``http://HOST:PORT`` or ``https://HOST``.
    token: sent with each request; None for none.
    timeout: seconds for each answer.

    Raises
    ------
    ConfigError: where the URL is none of a service.
    """

    def __init__(self, url: str, token: str | None, timeout: float) -> None:
        if not url.startswith(("http://", "https://")):
            raise ConfigError("server", url, "http://HOST:PORT or https://HOST")
        self.url = url.rstrip("/")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=self.url + PREFIX, headers=headers, timeout=timeout)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, method: str, path: str, *, repeat: bool | None = None, **given: Any) -> httpx.Response:
        """The answer to a request.

        Parameters
        ----------
        path: below ``/api/v1``.
        repeat: it may be sent again where no answer comes, or the service is busy (503); by default a GET may.
        given: for httpx: params, json, headers, timeout.

        Raises
        ------
        NotFoundError, ConfigError: what the service says of the request.
        ServiceError: anything else that went wrong, there or on the way.
        """
        again = method == "GET" if repeat is None else repeat
        wait = _FIRST_WAIT
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS or not again
            try:
                answer = self._http.request(method, path, **given)
            except httpx.TransportError as error:
                if last:
                    raise self._away(error) from error
            else:
                if answer.status_code != 503 or last:
                    return _checked(answer)
            time.sleep(wait)
            wait *= 3.0
        raise AssertionError("the last attempt returns or raises")

    @contextmanager
    def stream(self, path: str, **given: Any) -> Iterator[httpx.Response]:
        """An answer that comes in pieces; errors as for :meth:`send`."""
        try:
            with self._http.stream("GET", path, **given) as answer:
                if answer.status_code >= 400:
                    answer.read()
                yield _checked(answer)
        except httpx.TransportError as error:
            raise self._away(error) from error

    def _away(self, error: httpx.TransportError) -> ServiceError:
        return ServiceError(f"{self.url} does not answer: {error or type(error).__name__}")


def parsed(kind: type[T], answer: httpx.Response) -> T:
    """The answer as a ``kind`` (a dataclass, or a list of one).

    Raises
    ------
    ServiceError: where it is none.
    """
    try:
        found: T = _adapter(cast(Hashable, kind)).validate_json(answer.content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ServiceError(
            f"{answer.request.url} answered {where or 'something'} that this client does not know: {first['msg']}; "
            "are client and service of the same version?"
        ) from error
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _checked(answer: httpx.Response) -> httpx.Response:
    """The answer, or its error.

    Raises
    ------
    NotFoundError, ConfigError, ServiceError: what the problem says.
    """
    if answer.status_code < 400:
        return answer
    raise _error(answer.status_code, _problem(answer))


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    if "problem+json" not in answer.headers.get("content-type", ""):
        return {"detail": f"{answer.request.url} is no service of protomodels: {answer.text[:_SHOWN]}"}
    body: Mapping[str, Any] = answer.json()
    return body


def _error(status: int, problem: Mapping[str, Any]) -> ProtomodelsError:
    parts = [str(problem.get(name, "")) for name in ("field", "value", "allowed")]
    if status == 404 and parts[0]:
        return NotFoundError(*parts)
    if status == 422 and parts[0]:
        return ConfigError(*parts)
    return ServiceError(f"{problem.get('detail') or 'refused'} (HTTP {status})")

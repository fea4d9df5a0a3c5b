"""Counters for operators, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from protomodels.database import RunState

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counters of one application."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "protomodels_requests", "HTTP requests", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "protomodels_request_seconds",
            "seconds until the response begins",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._runs = Gauge("protomodels_runs", "stored runs", ["state"], registry=registry)

    def saw(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; ``route`` is the pattern of its path, so that there are few of them."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, states: Mapping[str, int]) -> bytes:
        """All of it, with the number of runs in each state."""
        for state in RunState:
            self._runs.labels(state.value).set(states.get(state.value, 0))
        return generate_latest(self._registry)

"""Compiled results, loaded once, and used by one thread at a time."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np

from protomodels.api.cache import SharedCache
from protomodels.errors import NotFoundError, ProtomodelsError, ResultsError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_results
from protomodels.results.maps import MapEntry, MassMap, maps_of, read_map
from protomodels.results.store import opened_results

_KEPT: Final = 3
WAITING: Final = 12
"""How many requests may compute, or wait to do so; forty are answered at a time."""


class BusyError(ProtomodelsError):
    """Too many requests that compute: HTTP 503."""


class Results:
    """Compiled results by name or fingerprint: what was compiled on this machine, never a path."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[str, CompiledPredictor] = OrderedDict()
        self._computing = threading.RLock()
        self._waiting = threading.BoundedSemaphore(WAITING)
        self.queueing = threading.Lock()
        """Held while the runs of a campaign are queued."""
        self._links: SharedCache[dict[str, str]] = SharedCache(20)
        self._lock = threading.Lock()

    @contextmanager
    def exclusive(self, *, in_background: bool = False) -> Iterator[None]:
        """Compute with predictors: one thread at a time, because a predictor keeps what it computed last.

        Parameters
        ----------
        in_background: the caller is no request, and may wait as long as it takes.

        Raises
        ------
        BusyError: where many requests compute or wait already; more of them would block all others.
        """
        if not in_background and not self._waiting.acquire(blocking=False):
            raise BusyError(f"{WAITING} requests that compute are at work already: try again")
        try:
            with self._computing:
                yield
        finally:
            if not in_background:
                self._waiting.release()

    def load(self, results: str) -> CompiledPredictor:
        """The predictor of some results.

        Raises
        ------
        ResultsError: where there are none of this name.
        """
        known = opened_results()
        if results != "demo":
            matches = [i for i in known if results in (i.name, i.fingerprint)]
            if len(matches) != 1:
                names = ", ".join(sorted({"demo", *(i.name for i in known)}))
                raise ResultsError("results", results, f"one name, or a whole fingerprint, of: {names}")
            results = matches[0].fingerprint
        with self._lock:
            if results not in self._loaded:
                self._loaded[results] = load_results(results)
                # garbage collection need not look through it again: that takes a tenth of a second each time
                gc.collect()
                gc.freeze()
                if len(self._loaded) > _KEPT:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(results)
            return self._loaded[results]

    def maps(self, results: str, analysis: str) -> list[MapEntry]:
        """The maps of an analysis.

        Raises
        ------
        ResultsError: where there are no such results; NotFoundError: where they have no such analysis.
        """
        found = self.load(results)
        return maps_of(found.arrays, found.meta["chains"], found.catalog, analysis)

    def map(self, results: str, analysis: str, number: int) -> MassMap:
        """One of them, by its number.

        Raises
        ------
        NotFoundError: where the analysis has no such map; else as :meth:`maps`.
        """
        entries = self.maps(results, analysis)
        if not 0 <= number < len(entries):
            raise NotFoundError("number", number, f"of a map of {analysis}: less than {len(entries)}")
        return read_map(self.load(results).arrays, entries[number])

    def links(self, fingerprint: str) -> dict[str, str]:
        """Where the analyses of some results are published, by analysis; empty where they are not on this machine."""
        return self._links.get(fingerprint, lambda: self._find_links(fingerprint))

    def _find_links(self, fingerprint: str) -> dict[str, str]:
        try:
            catalog = self.load(fingerprint).catalog
        except ResultsError:
            return {}
        names, first = np.unique(catalog.analysis, return_index=True)
        return {str(name): link(str(catalog.url[row])) for name, row in zip(names, first, strict=True)}


def links_in(url: str) -> list[tuple[str, str]]:
    """What the web addresses of a database's text lead to, and they; nothing else (a page must not link to a script).

    >>> links_in("https://cern.ch/a, https://www.hepdata.net/record/1"), links_in("javascript:alert(1)")
    ([('publication', 'https://cern.ch/a'), ('HEPData', 'https://www.hepdata.net/record/1')], [])
    """
    words = url.replace(",", " ").replace(";", " ").split()
    found = dict.fromkeys(word for word in words if word.startswith(("https://", "http://")))
    return [(_place(address), address) for address in found]


def _place(address: str) -> str:
    host = address.split("/")[2].lower()
    return next((name for name in ("HEPData", "SModelS") if name.lower() in host), "publication")


def link(url: str) -> str:
    """The first web address of a database's text; empty where there is none (a page must not link to a script).

    >>> link("https://cern.ch/a, https://cern.ch/b"), link("javascript:alert(1)")
    ('https://cern.ch/a', '')
    """
    return next((address for _, address in links_in(url)), "")

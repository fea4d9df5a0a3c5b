"""Reading pyhf's JSON format: which bin of a document is which signal region.

A document (HistFactory, CERN-OPEN-2012-016) lists channels of bins with samples, their modifiers, and the observations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SETTINGS: Final = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
"""How pyhf interpolates between the variations of a sample: as ATLAS made the documents."""

Bin = tuple[str, int]
"""A channel and the number of the bin in it."""


@dataclass(frozen=True)
class JsonRegions:
    """A background-only JSON and which of its bins are what.

    Attributes
    ----------
    spec: the document.
    names: the signal regions, as the database calls them.
    signal: bin of each signal region.
    control: channels whose data constrain the backgrounds.
    """

    spec: Mapping[str, Any]
    names: tuple[str, ...]
    signal: tuple[Bin, ...]
    control: tuple[str, ...]

    @property
    def data(self) -> dict[str, list[float]]:
        """Events by channel."""
        return {entry["name"]: entry["data"] for entry in self.spec["observations"]}

    def observed(self) -> Floats:
        """Events in the signal regions."""
        data = self.data
        return np.array([float(data[channel][number]) for channel, number in self.signal])


def json_regions(spec: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> JsonRegions:
    """Which bin is which region.

    Parameters
    ----------
    spec: the document, background only.
    listed: the database's entries: ``smodels`` (region or None), ``pyhf`` (channel) and ``type`` (SR, CR, VR).

    Raises
    ------
    ValueError: where the bins of the signal regions cannot be told.
    KeyError: where the document lacks a part of the format.

    >>> spec = {"observations": [{"name": "SR1_cuts", "data": [3]}, {"name": "CR1", "data": [40]}]}
    >>> listed = [{"smodels": "SR1", "pyhf": "SR1"}, {"smodels": None, "pyhf": "CR1", "type": "CR"}]
    >>> regions = json_regions(spec, listed)
    >>> regions.signal, regions.control, regions.observed().tolist()
    ((('SR1_cuts', 0),), ('CR1',), [3.0])
    """
    sizes = {entry["name"]: len(entry["data"]) for entry in spec["observations"]}
    wanted = [entry for entry in listed if entry.get("type", "SR") == "SR" and entry["smodels"] is not None]
    control = [entry["pyhf"] for entry in listed if entry.get("type") == "CR" and entry["pyhf"] in sizes]
    control = control or [name for name in sizes if "CR" in name]
    names = [str(entry["smodels"]) for entry in wanted]
    own = [str(entry.get("pyhf", entry["smodels"])) for entry in wanted]
    found = [next(((n, 0) for n in (name, f"{name}_cuts") if sizes.get(n) == 1), None) for name in own]
    bins = [bin_ for bin_ in found if bin_ is not None]
    if len(bins) < len(wanted):
        # the database then lists its regions in the order of the document
        bins = [(name, i) for name, size in sizes.items() if name.startswith("SR") for i in range(size)]
        if len(bins) != len(wanted):
            raise ValueError(f"{len(wanted)} signal regions for {len(bins)} bins of channels SR...")
    return JsonRegions(spec, tuple(names), tuple(bins), tuple(control))


def parameters(spec: Mapping[str, Any]) -> list[Any]:
    """What the document's first measurement says of its parameters: initial values, bounds, which are fixed."""
    return list(spec["measurements"][0]["config"].get("parameters", []))

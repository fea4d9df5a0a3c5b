"""What names say: which regions are control or validation regions, which analyses are of one publication."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_SIGNAL: Final = re.compile(r"(?i:sr|signal)")
_CONTROL: Final = re.compile(
    r"""(?<![A-Za-z])[CV]R                # begins a word: CR_top, CRtop, VR1
      | [CV]R(?![A-Za-z])                 # ends one: topCR, WCR2
      | (?<![A-Za-z])[cv]r(?![A-Za-z])    # is one: cr1, top_vr
      | (?i:control|validation|side[-_ ]?band)
    """,
    re.VERBOSE,
)
_PUBLICATION: Final = re.compile(r"(?:ATLAS|CMS)-(?:[A-Z]+-)*\d+-\d+")


def publication(analysis: str) -> str:
    """The publication that an analysis is from: databases list some in parts, as ``-agg`` or ``-ewk``.

    >>> publication("CMS-PAS-SUS-16-052-agg"), publication("my-analysis-1")
    ('CMS-PAS-SUS-16-052', 'my-analysis-1')
    """
    found = _PUBLICATION.match(analysis)
    return analysis if found is None else found.group()


def is_control_region(name: str) -> bool:
    """Does the name say that a region controls or validates a background?

    A name that begins with SR never does, whatever comes after: ``SR1_noCR`` is a signal region.

    >>> [is_control_region(name) for name in ("CR_ewk_VV_high", "VRtop", "WCR2", "top_vr", "Control region 2")]
    [True, True, True, True, True]
    >>> [is_control_region(name) for name in ("SR1_noCR", "AR12", "MB-C-2-1600-16", "H_SR0")]
    [False, False, False, False]
    """
    return _SIGNAL.match(name) is None and _CONTROL.search(name) is not None


def listed_control(listed: Iterable[Any]) -> Iterator[str]:
    """Names of the control and validation regions among a database's entries for a JSON.

    Parameters
    ----------
    listed: names of signal regions, or ``smodels`` (region or None) with ``type`` (SR, CR, VR).

    >>> list(listed_control(["SR1", {"smodels": "Wjets", "type": "CR"}, {"smodels": None, "type": "VR"}]))
    ['Wjets']
    """
    for entry in listed:
        if isinstance(entry, Mapping) and entry.get("type", "SR") != "SR" and entry.get("smodels") is not None:
            yield str(entry["smodels"])

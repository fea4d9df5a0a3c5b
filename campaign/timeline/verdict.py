"""Is an excess growing or dying?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

WORTH: Final = 1.0
"""A difference of K that counts: what the prior asks for one more particle, a factor of 1.6 in likelihood."""


def verdict(K: Sequence[float | None]) -> tuple[str, str]:
    """A word and the reason for it, from K in one release after another; None where there is none.

    ``dying``: K of the last release is lower by ``WORTH`` or more than the highest before it, or there is none any
    more.  ``growing``: it is higher than the first K by that much.  ``unchanged``: neither.  ``new``: no release before
    the last one has a K.  ``unseen``: none has.

    >>> verdict([2.0, None, 3.5])
    ('growing', 'K = 3.50, at first 2.00')
    >>> verdict([2.0, 6.0, 3.5])[0], verdict([2.0, 2.9])[0], verdict([None, 2.0])[0], verdict([None])[0]
    ('dying', 'unchanged', 'new', 'unseen')
    """
    earlier, last = [value for value in K[:-1] if value is not None], K[-1]
    if last is None:
        if not earlier:
            return "unseen", "no release has a K of this model"
        return "dying", f"no K in the last release, at most {max(earlier):.2f} before"
    if not earlier:
        return "new", f"K = {last:.2f}, no earlier release has one"
    if last <= max(earlier) - WORTH:
        return "dying", f"K = {last:.2f}, at most {max(earlier):.2f} before"
    if last >= earlier[0] + WORTH:
        return "growing", f"K = {last:.2f}, at first {earlier[0]:.2f}"
    return "unchanged", f"K = {last:.2f}, at first {earlier[0]:.2f}, at most {max(earlier):.2f} before"

"""Pairs of chains of one structure, compressed and matched, by the numbers of their chains.

A number is looked up faster than a chain, and what becomes of one leg is the same in all its pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from protomodels.predictor.structures.chains import RESIDUE, Chain, closure, soft_legs, without_invisible, without_soft
from protomodels.predictor.structures.matching import Matcher, Sms
from protomodels.settings import MASS_GAP


class Compression:
    """What the chains of a structure, and those that compression makes of them, match in the results.

    Parameters
    ----------
    masses: GeV by pid; they enter by which gaps are small.
    """

    def __init__(self, matcher: Matcher, masses: Mapping[int, float]) -> None:
        self._matcher, self._masses = matcher, dict(masses)
        self._numbers: dict[Chain, int] = {}
        self._chains: dict[int, Chain] = {}
        self._hard: dict[int, tuple[int, float]] = {}
        self._visible: dict[int, int] = {}

    def number_of(self, chain: Chain) -> int:
        """A number that no other chain has or had, in any structure."""
        number = self._numbers.get(chain)
        if number is None:
            number = self._numbers[chain] = self._matcher.number_of(chain)
            self._chains[number] = chain
        return number

    def sms_of(self, first: int, second: int, gaps: int | None) -> Sequence[Sms]:
        """The SMS that a pair of chains compresses to, those that match results.

        Parameters
        ----------
        first, second: numbers of the chains.
        gaps: a number, the same wherever the same gaps of these chains are small
            (:meth:`.Matcher.number_of_gaps`); None where nobody knows.
        """
        known = self._matcher.pairs
        found = None if gaps is None else known.get((gaps, first, second))
        if found is None:
            every = closure((first, second), self._soft, self._without_invisible)
            found = tuple(sms for a, b in every if (sms := self._sms(a, b)).matches)
            if gaps is not None:
                known[gaps, first, second] = found
        return found

    def _sms(self, first: int, second: int) -> Sms:
        known = self._matcher.by_numbers
        found = known.get((first, second))
        if found is None:
            sms = self._matcher.sms(self._chains[first], self._chains[second])
            found = known[first, second] = known[second, first] = sms
        return found

    def _soft(self, first: int, second: int) -> tuple[int, int] | None:
        (a, gap_a), (b, gap_b) = self._without_soft(first), self._without_soft(second)
        largest = max(gap_a, gap_b)
        if largest < 0.0:
            return None
        if len(self._chains[a]) == len(self._chains[b]) == 1:
            left = soft_legs((self._chains[first], self._chains[second]), self._masses, RESIDUE * largest)
            return None if left is None else (self.number_of(left[0]), self.number_of(left[1]))
        return a, b

    def _without_soft(self, number: int) -> tuple[int, float]:
        found = self._hard.get(number)
        if found is None:
            chain, largest = without_soft(self._chains[number], self._masses, MASS_GAP)
            found = self._hard[number] = self.number_of(chain), largest
        return found

    def _without_invisible(self, number: int) -> int:
        found = self._visible.get(number)
        if found is None:
            cut = without_invisible(self._chains[number], self._matcher.neutrino)
            found = self._visible[number] = self.number_of(cut)
        return found

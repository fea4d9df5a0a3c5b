"""Which topologies of the results a pair of decay chains matches, by look-up once a pair of symbols was seen.

The *symbol* of a chain is what results ask for: the kinds of its new particles and the classes of its SM particles.
There are a few hundred symbols, so every walk soon finds all it needs remembered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from functools import cache
from typing import Any, NamedTuple

from protomodels.errors import ResultsError
from protomodels.particles import PARTICLES
from protomodels.predictor.structures.chains import Chain
from protomodels.predictor.structures.remembered import Remembered
from protomodels.predictor.structures.sieve import Sieve, variants
from protomodels.results.compiled.patterns import Chain as PatternChain
from protomodels.results.compiled.quantum import INVISIBLE

LegKey = tuple[tuple[int, int, bool, tuple[int, ...]], ...]
SmsKey = tuple[LegKey, LegKey]
"""What two SMS must have in common to be one: kinds, particles, whether what is below is invisible, and SM classes of
both legs, in order."""
Symbol = tuple[tuple[int, tuple[int, ...]], ...]


class Match(NamedTuple):
    """A topology of the results, and which leg of the model may be its first branch: the first, the second."""

    topology: int
    straight: bool
    crossed: bool


class Sms:
    """An SMS of a model, and the topologies that it matches.

    Equal where the keys are; the hash of nested tuples is kept, as it costs more than a look-up.
    """

    __slots__ = ("_hash", "key", "matches")

    def __init__(self, key: SmsKey, matches: tuple[Match, ...]) -> None:
        self.key, self.matches, self._hash = key, matches, hash(key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Sms) and self.key == other.key)


class Matcher:
    """Matches chains of models to the topologies of compiled results."""

    def __init__(self, meta: dict[str, Any]) -> None:
        self._kinds: dict[int, int] = {int(pid): kind for pid, kind in meta["kinds"].items()}
        self._codes: dict[int, int] = {int(pid): code for pid, code in meta["standard_codes"].items()}
        self._kind_matches = {label: frozenset(kinds) for label, kinds in meta["kind_matches"].items()}
        self._code_matches = {label: frozenset(codes) for label, codes in meta["standard_matches"].items()}
        pairs = [tuple(_chain(chain) for chain in chains) for chains in meta["chains"]]
        self._patterns = sorted({chain for pair in pairs for chain in pair})
        number = {chain: i for i, chain in enumerate(self._patterns)}
        self._topologies: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for topology, (first, second) in enumerate(pairs):
            self._topologies[(number[first], number[second])].append(topology)
        self.neutrino = self.code(12)
        self._daughters: dict[tuple[tuple[int, ...], int], tuple[int, ...]] = {}
        self._numbers: Remembered[Hashable, int] = Remembered()
        self._n_numbers = 0
        self._branch_sets: Remembered[tuple[int, tuple[int, ...]], int] = Remembered()
        self._by_key: Remembered[SmsKey, Sms] = Remembered()
        self.pairs: Remembered[tuple[int, int, int], tuple[Sms, ...]] = Remembered()
        self.by_numbers: Remembered[tuple[int, int], Sms] = Remembered()
        self.sieve = Sieve(self._topologies)
        self._by_symbol: dict[Symbol, tuple[int, ...]] = {}
        self._by_pair: dict[tuple[Symbol, Symbol], tuple[Match, ...]] = {}

    def code(self, pid: int) -> int:
        """Class of a signed SM pid."""
        return self._codes[pid]

    def codes(self, pids: tuple[int, ...], sign: int) -> tuple[int, ...]:
        """Classes of SM particles (``sign`` 1) or of their antiparticles (-1), in order."""
        key = pids, sign
        found = self._daughters.get(key)
        if found is None:
            found = self._daughters[key] = tuple(sorted(self._codes[sign * pid] for pid in pids))
        return found

    def kind(self, pid: int) -> int:
        """Kind of a signed pid of a new particle.

        Raises
        ------
        ResultsError: where the results were compiled without this particle.
        """
        kind = self._kinds.get(pid)
        if kind is None:
            row = PARTICLES.get(abs(pid))
            name = f"{row.name} ({pid})" if row else str(pid)
            raise ResultsError("results", f"compiled without {name}", "results that know all particles of a model")
        return kind

    def number_of(self, chain: Chain) -> int:
        """A number that no other chain has or had."""
        return self._number(chain)

    def number_of_gaps(self, gaps: Hashable) -> int:
        """The same of what :func:`.gaps_between` gives for a pair."""
        return self._number(("gaps", gaps))

    def _number(self, thing: Hashable) -> int:
        found = self._numbers.get(thing)
        if found is None:
            found = self._numbers[thing] = self._n_numbers
            self._n_numbers += 1
        return found

    def branches_of(self, chain: Chain, number: int, soft: tuple[int, ...]) -> int:
        """Number, for the sieve, of the branches of results that a chain can be once it is compressed.

        Parameters
        ----------
        number: of the chain.
        soft: positions of its decays with small gaps.
        """
        found = self._branch_sets.get((number, soft))
        if found is None:
            symbols = {self.symbol(one) for one in variants(chain, soft, self.neutrino)}
            branches = frozenset(branch for symbol in symbols for branch in self._branches(symbol))
            found = self._branch_sets[number, soft] = self.sieve.number_of(branches)
        return found

    def sms(self, first: Chain, second: Chain) -> Sms:
        """The SMS of two chains, compressed already."""
        legs = sorted(
            tuple((self.kind(pid), abs(pid), sm is None, sm or ()) for pid, sm in leg) for leg in (first, second)
        )
        key = legs[0], legs[1]
        found = self._by_key.get(key)
        if found is None:
            one, other = (
                tuple((INVISIBLE if invisible else kind, codes) for kind, _, invisible, codes in leg) for leg in key
            )
            found = self._by_key[key] = Sms(key, self.matches(one, other))
        return found

    def symbol(self, chain: Chain) -> Symbol:
        """The symbol of a chain."""
        return tuple((INVISIBLE if sm is None else self.kind(pid), sm or ()) for pid, sm in chain)

    def matches(self, first: Symbol, second: Symbol) -> tuple[Match, ...]:
        """The topologies that these two legs match."""
        key = (first, second)
        if key not in self._by_pair:
            self._by_pair[key] = self._pair(self._branches(first), self._branches(second))
        return self._by_pair[key]

    def _pair(self, first: tuple[int, ...], second: tuple[int, ...]) -> tuple[Match, ...]:
        straight = {t for a in first for b in second for t in self._topologies.get((a, b), ())}
        crossed = {t for a in first for b in second for t in self._topologies.get((b, a), ())}
        return tuple(Match(t, t in straight, t in crossed) for t in sorted(straight | crossed))

    def _branches(self, symbol: Symbol) -> tuple[int, ...]:
        """The chains of the results that this one can be."""
        if symbol not in self._by_symbol:
            self._by_symbol[symbol] = tuple(i for i, p in enumerate(self._patterns) if self._fits(p, symbol))
        return self._by_symbol[symbol]

    def _fits(self, pattern: PatternChain, symbol: Symbol) -> bool:
        return len(pattern) == len(symbol) and all(
            kind in self._kind_matches[label]
            and len(labels) == len(codes)
            and _assignable(tuple(self._code_matches[name] for name in labels), codes)
            for (label, labels), (kind, codes) in zip(pattern, symbol, strict=True)
        )


@cache
def _assignable(wanted: tuple[frozenset[int], ...], codes: tuple[int, ...]) -> bool:
    """Can every wanted set be given an own code that is in it?"""
    if not wanted:
        return not codes
    return any(
        code in wanted[0] and _assignable(wanted[1:], codes[:i] + codes[i + 1 :]) for i, code in enumerate(codes)
    )


def _chain(chain: Any) -> PatternChain:
    return tuple((label, tuple(labels)) for label, labels in chain)

"""The connected pieces of the graph of forbidden pairs and the maximal cliques of allowed pairs in each, compiled.

Sets of results are bits of 64-bit words.  Cliques are found by the algorithm of Bron and Kerbosch with pivots (Tomita,
Tanaka, Takahashi 2006), with its own stack.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel, part

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]

_ONE: Final = np.uint64(1)
_PAIRS, _FOURS = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333)
_BYTES, _SUM = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101)


class Cliques(NamedTuple):
    """The maximal cliques of n results.

    Attributes
    ----------
    component: first clique of each connected piece and one more, (components + 1,).
    first: first entry of each clique in ``members`` and one more, (cliques + 1,).
    members: results of the cliques, ascending within each.
    crowded: there are more, which were not listed.
    """

    component: Ints
    first: Ints
    members: Ints
    crowded: bool


@part
def _count(word: np.uint64) -> int:
    """Number of bits that are set."""
    word = word - ((word >> _ONE) & _PAIRS)
    word = (word & _FOURS) + ((word >> np.uint64(2)) & _FOURS)
    word = (word + (word >> np.uint64(4))) & _BYTES
    return int((word * _SUM) >> np.uint64(56))


@part
def _lowest(word: np.uint64) -> int:
    """Place of the lowest bit that is set."""
    return int(_count((word & (~word + _ONE)) - _ONE))


@kernel
def maximal_cliques(allowed: Bools, cap: int) -> Cliques:
    """All maximal cliques, piece by piece; of a piece with more than ``cap``, the first ``cap`` + 1.

    Parameters
    ----------
    allowed: may i and j be combined, (n, n), False on the diagonal.
    """
    n = len(allowed)
    component, first = np.zeros(n + 1, np.int64), np.zeros(65, np.int64)
    members = np.empty(512, np.int64)
    found = pieces = 0
    seen, piece, own = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    for one in range(n):
        seen[one] = -1
    crowded = False
    for begin in range(n):
        if seen[begin] >= 0:
            continue
        size, done = 1, 0
        piece[0], seen[begin] = begin, pieces
        while done < size:
            here = piece[done]
            done += 1
            for other in range(n):
                if seen[other] < 0 and not allowed[here, other]:
                    seen[other] = pieces
                    piece[size] = other
                    size += 1
        k = 0
        for one in range(n):
            if seen[one] == pieces:
                own[k] = one
                k += 1
        words = (size + 63) // 64
        near = np.zeros((size, words), np.uint64)
        for k in range(size):
            for m in range(size):
                if allowed[own[k], own[m]]:
                    near[k, m >> 6] |= _ONE << np.uint64(m & 63)
        before = found
        current, depth = np.zeros((size + 1, words), np.uint64), 0
        possible, gone = np.zeros((size + 1, words), np.uint64), np.zeros((size + 1, words), np.uint64)
        branches = np.zeros((size + 1, words), np.uint64)
        for k in range(size):
            possible[0, k >> 6] |= _ONE << np.uint64(k & 63)
        _branch(near, possible[0], gone[0], branches[0])
        while depth >= 0 and found - before <= cap:
            vertex = -1
            for w in range(words):
                if branches[depth, w] != 0:
                    vertex = 64 * w + _lowest(branches[depth, w])
                    break
            if vertex < 0:
                depth -= 1
                continue
            word, bit = vertex >> 6, _ONE << np.uint64(vertex & 63)
            branches[depth, word] &= ~bit
            left = more = np.uint64(0)
            for w in range(words):
                current[depth + 1, w] = current[depth, w]
                possible[depth + 1, w] = possible[depth, w] & near[vertex, w]
                gone[depth + 1, w] = gone[depth, w] & near[vertex, w]
                left |= possible[depth + 1, w]
                more |= gone[depth + 1, w]
            current[depth + 1, word] |= bit
            possible[depth, word] &= ~bit
            gone[depth, word] |= bit
            if left != 0:
                depth += 1
                _branch(near, possible[depth], gone[depth], branches[depth])
            elif more == 0:
                if found + 2 > len(first):
                    first = _longer(first)
                end = first[found]
                while end + size > len(members):
                    members = _longer(members)
                for w in range(words):
                    bits = current[depth + 1, w]
                    while bits != 0:
                        members[end] = own[64 * w + _lowest(bits)]
                        end += 1
                        bits &= bits - _ONE
                found += 1
                first[found] = end
        pieces += 1
        component[pieces] = found
        crowded = crowded or found - before > cap
    return Cliques(component[: pieces + 1], first[: found + 1], members[: first[found]], crowded)


@part
def _longer(numbers: Ints) -> Ints:
    out = np.empty(2 * len(numbers), np.int64)
    for k in range(len(numbers)):
        out[k] = numbers[k]
    return out


@part
def _branch(near: Words, possible: Words, gone: Words, out: Words) -> None:
    """The candidates that are not neighbours of the pivot, which has the most neighbours among the candidates."""
    pivot, most = -1, -1
    for w in range(len(possible)):
        bits = possible[w] | gone[w]
        while bits != 0:
            vertex = 64 * w + _lowest(bits)
            bits &= bits - _ONE
            common = 0
            for v in range(len(possible)):
                common += _count(possible[v] & near[vertex, v])
            if common > most:
                pivot, most = vertex, common
    for w in range(len(possible)):
        out[w] = possible[w] & ~near[pivot, w]

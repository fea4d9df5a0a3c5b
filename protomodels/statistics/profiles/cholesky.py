"""Cholesky's factor of small matrices, for kernels: inner loops run along rows, which is what processors do fast."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel

Floats = NDArray[np.float64]


@kernel
def factorise(matrix: Floats) -> bool:
    """U with M = U^T U into the upper triangle of a symmetric matrix, (n, n); False where it is not positive definite.

    Only the upper triangle is looked at; the lower one is left as it is.
    """
    n = len(matrix)
    for j in range(n):
        if not matrix[j, j] > 0.0:
            return False
        scale = 1.0 / math.sqrt(matrix[j, j])
        for k in range(j, n):
            matrix[j, k] *= scale
        for i in range(j + 1, n):
            share = matrix[j, i]
            for k in range(i, n):
                matrix[i, k] -= share * matrix[j, k]
    return True


@kernel
def substitute(factor: Floats, right: Floats) -> None:
    """Solve U^T U x = right, (n,), in place, with the factor of :func:`factorise`."""
    n = len(right)
    for j in range(n):
        right[j] /= factor[j, j]
        value = right[j]
        for k in range(j + 1, n):
            right[k] -= factor[j, k] * value
    for j in range(n - 1, -1, -1):
        total = right[j]
        for k in range(j + 1, n):
            total -= factor[j, k] * right[k]
        right[j] = total / factor[j, j]


@kernel
def inverse_diagonal(factor: Floats, i: int) -> float:
    """(M^-1)_ii from the factor of M, :func:`factorise`: the squared length of a row of U^-1."""
    n = len(factor)
    row = np.zeros(n)
    row[i] = 1.0
    total = 0.0
    for j in range(i, n):
        row[j] /= factor[j, j]
        for k in range(j + 1, n):
            row[k] -= factor[j, k] * row[j]
        total += row[j] * row[j]
    return total

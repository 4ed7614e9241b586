"""The largest singular value of a matrix, by power iteration, compiled by numba.

See ../README.md for the definition.
"""

import sys
from math import sqrt

import numpy as np
from numba import njit


@njit(cache=True)
def entry(i, j):
    return 1 / ((i + j) * (i + j + 1) // 2 + i + 1)


@njit(cache=True)
def times(v, result):
    for i in range(len(result)):
        total = 0.0
        for j in range(len(v)):
            total += entry(i, j) * v[j]
        result[i] = total


@njit(cache=True)
def transposed_times(v, result):
    for i in range(len(result)):
        total = 0.0
        for j in range(len(v)):
            total += entry(j, i) * v[j]
        result[i] = total


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    u, v, between = np.ones(n), np.empty(n), np.empty(n)
    for _ in range(10):
        times(u, between)
        transposed_times(between, v)
        times(v, between)
        transposed_times(between, u)
    print(f"{sqrt((u @ v) / (v @ v)):.9f}")


main()

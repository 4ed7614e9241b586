"""The largest singular value of a matrix, by power iteration. See ../README.md for the definition."""

import sys
from math import sqrt


def entry(i, j):
    return 1 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v):
    return [sum(entry(i, j) * value for j, value in enumerate(v)) for i in range(len(v))]


def transposed_times(v):
    return [sum(entry(j, i) * value for j, value in enumerate(v)) for i in range(len(v))]


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    u, v = [1.0] * n, []
    for _ in range(10):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    uv = sum(a * b for a, b in zip(u, v))  # noqa: B905 (PyPy's Python is too old for strict)
    vv = sum(a * a for a in v)
    print(f"{sqrt(uv / vv):.9f}")


main()

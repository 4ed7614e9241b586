"""The largest singular value of a matrix, by power iteration with NumPy. See ../README.md for the definition.

The matrix is made once and kept, where the others work out its entries anew each time: that is how one writes it here.
"""

import sys

import numpy as np


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    i, j = np.arange(n)[:, None], np.arange(n)
    matrix = 1 / ((i + j) * (i + j + 1) // 2 + i + 1)
    u = np.ones(n)
    v = u
    for _ in range(10):
        v = (matrix @ u) @ matrix
        u = (matrix @ v) @ matrix
    print(f"{np.sqrt((u @ v) / (v @ v)):.9f}")


main()

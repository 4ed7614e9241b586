"""How often each word of nine letters stands in a text of four letters, with NumPy.

See ../README.md for the definition.

Another algorithm than the others': all random numbers come from powers of the factor at once, and the words are counted
by sorting them and not by a hash table, as one does it with arrays.
"""

import sys

import numpy as np

LETTERS = 9
FACTOR, TERM = np.uint32(1664525), np.uint32(1013904223)


def letters(length):
    powers = np.cumprod(np.full(length, FACTOR, np.uint32), dtype=np.uint32)
    sums = np.cumsum(np.concatenate(([np.uint32(1)], powers[:-1])), dtype=np.uint32)
    return (powers * np.uint32(42) + sums * TERM) >> np.uint32(30)


def main():
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    text = letters(length)
    words = np.zeros(length - LETTERS + 1, np.uint32)
    for place in range(LETTERS):
        words = words * np.uint32(4) + text[place : place + len(words)]
    found, counts = np.unique(words, return_counts=True)
    most = np.argmax(counts)
    print(f"{len(found)} words\n{found[most]} most often: {counts[most]} times\n{np.sum(counts**2)}")


main()

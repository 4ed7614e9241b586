"""How often each word of nine letters stands in a text of four letters, compiled by numba, with its own hash table.

See ../README.md for the definition.
"""

import sys

from numba import njit, types
from numba.typed import Dict

LETTERS = 9
WORDS = 1 << (2 * LETTERS)


@njit(cache=True)
def counted(length):
    counts = Dict.empty(types.int64, types.int64)
    random, word = 42, 0
    for i in range(length):
        random = (random * 1664525 + 1013904223) & 0xFFFFFFFF
        word = (word * 4 + (random >> 30)) % WORDS
        if i >= LETTERS - 1:
            counts[word] = counts.get(word, 0) + 1
    most, often, squares = 0, 0, 0
    for word, count in counts.items():
        squares += count * count
        if count > often or (count == often and word < most):
            most, often = word, count
    return len(counts), most, often, squares


def main():
    words, most, often, squares = counted(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    print(f"{words} words\n{most} most often: {often} times\n{squares}")


main()

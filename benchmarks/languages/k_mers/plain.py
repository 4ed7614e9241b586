"""How often each word of nine letters stands in a text of four letters. See ../README.md for the definition."""

import sys

LETTERS = 9
WORDS = 1 << (2 * LETTERS)


def main():
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    counts = {}
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
    print(f"{len(counts)} words\n{most} most often: {often} times\n{squares}")


main()

"""The lines of a loop that calls nothing, where CPython gives a sampler inside it no chance to look.

Each line does the same kinds of steps, on numbers of another size, so that its cost cannot be guessed from its code.
Clocks around each line would be calls, so the truth is taken otherwise: loops that differ in one line take turns with
this one. With T for a loop's CPU time per turn,

    head = T(bare)        cost of a line = (T(the loop with that line three times) - T(loop)) / 2

and the head and all lines together must make T(loop). How far they are off that, relative, is written beside the truth.
"""

import json
import sys
import time
from pathlib import Path

import truth

TURNS = 2_000
TINY, SMALL, LARGE = (10**15 + 37, 10**17 + 3), (10**60 + 7, 10**70 + 33), (10**120 + 79, 10**130 + 53)


def loop(n):
    (a, m), (b, o), (c, p) = TINY, SMALL, LARGE
    x, y, z, f = 3, 3, 3, 0.0
    i = 0
    while i < n:  # part: head
        i = i + 1  # part: head
        x = x * a % m  # part: tiny numbers
        y = y * b % o  # part: small numbers
        f = f * 0.5 + 1.0  # part: floats
        z = z * c % p  # part: large numbers
    return x, y, z, f


def bare(n):  # not counted
    i = 0
    while i < n:
        i = i + 1


def thrice_tiny(n):  # not counted
    (a, m), (b, o), (c, p) = TINY, SMALL, LARGE
    x, y, z, f = 3, 3, 3, 0.0
    i = 0
    while i < n:
        i = i + 1
        x = x * a % m
        x = x * a % m
        x = x * a % m
        y = y * b % o
        f = f * 0.5 + 1.0
        z = z * c % p
    return x, y, z, f


def thrice_small(n):  # not counted
    (a, m), (b, o), (c, p) = TINY, SMALL, LARGE
    x, y, z, f = 3, 3, 3, 0.0
    i = 0
    while i < n:
        i = i + 1
        x = x * a % m
        y = y * b % o
        y = y * b % o
        y = y * b % o
        f = f * 0.5 + 1.0
        z = z * c % p
    return x, y, z, f


def thrice_floats(n):  # not counted
    (a, m), (b, o), (c, p) = TINY, SMALL, LARGE
    x, y, z, f = 3, 3, 3, 0.0
    i = 0
    while i < n:
        i = i + 1
        x = x * a % m
        y = y * b % o
        f = f * 0.5 + 1.0
        f = f * 0.5 + 1.0
        f = f * 0.5 + 1.0
        z = z * c % p
    return x, y, z, f


def thrice_large(n):  # not counted
    (a, m), (b, o), (c, p) = TINY, SMALL, LARGE
    x, y, z, f = 3, 3, 3, 0.0
    i = 0
    while i < n:
        i = i + 1
        x = x * a % m
        y = y * b % o
        f = f * 0.5 + 1.0
        z = z * c % p
        z = z * c % p
        z = z * c % p
    return x, y, z, f


VARIANTS = {
    "tiny numbers": thrice_tiny,
    "small numbers": thrice_small,
    "floats": thrice_floats,
    "large numbers": thrice_large,
}


def main(seconds):
    """CPU seconds per turn of the loop and of each of the others."""
    turns = dict.fromkeys(("loop", "head", *VARIANTS), 0)
    while time.process_time() < seconds:
        for name, work, n in (
            ("loop", loop, 4 * TURNS),
            ("head", bare, 4 * TURNS),
            *((name, variant, TURNS) for name, variant in VARIANTS.items()),
        ):
            with truth.part(name):
                work(n)
            turns[name] += n
    return {name: truth.SPENT_S[name] / turns[name] for name in turns}


if __name__ == "__main__":
    cost = main(float(sys.argv[1]))
    whole = cost.pop("loop")
    truth.SPENT_S = {name: each if name == "head" else (each - whole) / 2 for name, each in cost.items()}
    truth.write()
    Path("off.json").write_text(json.dumps(sum(truth.SPENT_S.values()) / whole - 1), encoding="utf-8")

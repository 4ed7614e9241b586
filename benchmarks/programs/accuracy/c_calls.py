"""Long calls of C code in the main thread, each on its own line; NumPy's too if it is installed."""

import random
import re
import sys
import time

import truth

try:
    import numpy as np
except ImportError:
    np = None

CHANCE = random.Random(6)
NUMBERS = [CHANCE.random() for _ in range(120_000)]
MODULUS = 2**2203 - 1  # a Mersenne prime
EXPONENT = CHANCE.getrandbits(2_200)
PATTERN = re.compile(r"(?:a|aa)+c")
TEXT = "a" * 27 + "b"
MATRIX = None if np is None else np.random.default_rng(7).random((800, 800))


def main(seconds):
    while time.process_time() < seconds:
        with truth.part("sorted"):
            sorted(NUMBERS)  # part: sorted
        with truth.part("pow"):
            pow(3, EXPONENT, MODULUS)  # part: pow
        with truth.part("re"):
            PATTERN.match(TEXT)  # part: re
        if MATRIX is not None:
            with truth.part("NumPy"):
                MATRIX @ MATRIX  # part: NumPy


if __name__ == "__main__":
    main(float(sys.argv[1]))
    truth.write()

"""A generator within a generator and its consumer, each with work of its own between the values."""

import random
import sys
import time

import truth


def lines(seconds):  # part: inner generator
    chance = random.Random(8)
    total = 0
    while time.process_time() < seconds:
        with truth.part("inner generator"):
            for number in range(5 * chance.randrange(16_000, 48_000)):
                total = (total * 31 + number) % 65_521
        yield total


def parsed(seconds):  # part: outer generator
    total = 0
    for value in lines(seconds):
        with truth.part("outer generator"):
            for number in range(96_000):
                total = (total * 31 + number + value) % 65_521
        yield total


def consumed(seconds):  # part: consumer
    total = 0
    for value in parsed(seconds):
        with truth.part("consumer"):
            for number in range(64_000):
                total = (total * 31 + number + value) % 65_521
    return total


if __name__ == "__main__":
    consumed(float(sys.argv[1]))
    truth.write()

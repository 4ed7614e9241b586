"""Four functions that do the same work 12, 5, 2 and 1 times: 60, 25, 10 and 5 per cent of the CPU time."""

import random
import sys
import time

import truth


def sixty(n):  # part: 60 %
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
        total += len(str(total))
    return total


def twenty_five(n):  # part: 25 %
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
        total += len(str(total))
    return total


def ten(n):  # part: 10 %
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
        total += len(str(total))
    return total


def five(n):  # part: 5 %
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
        total += len(str(total))
    return total


def main(seconds):
    chance = random.Random(1)  # rounds of unequal length keep in step with no sampler
    while time.process_time() < seconds:
        unit = chance.randrange(3_000, 9_000)
        with truth.part("60 %"):
            sixty(12 * unit)
        with truth.part("25 %"):
            twenty_five(5 * unit)
        with truth.part("10 %"):
            ten(2 * unit)
        with truth.part("5 %"):
            five(unit)


if __name__ == "__main__":
    main(float(sys.argv[1]))
    truth.write()

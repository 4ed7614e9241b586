"""Two kinds of work with sleeps between them: a sleep takes time and no CPU time."""

import random
import sys
import time

import truth


def reading(n):  # part: reading
    table = {}
    for number in range(n):
        table[number % 1_000] = str(number)
    return table


def summing(n):  # part: summing
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
    return total


def sleeping(seconds):  # part: sleeping
    time.sleep(seconds)


def main(seconds):
    chance = random.Random(2)
    while time.process_time() < seconds:
        with truth.part("reading"):
            reading(chance.randrange(60_000, 360_000))
        with truth.part("sleeping"):
            sleeping(chance.uniform(0.001, 0.01))
        with truth.part("summing"):
            summing(chance.randrange(60_000, 360_000))
        with truth.part("sleeping"):
            sleeping(chance.uniform(0.001, 0.01))


if __name__ == "__main__":
    main(float(sys.argv[1]))
    truth.write()

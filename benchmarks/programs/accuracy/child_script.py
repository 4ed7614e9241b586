"""The script that `children.py` starts with `subprocess`."""

import sys
import time

import truth


def started(n):  # part: started script
    total = 0
    for number in range(n):
        total = (total * 31 + number) % 65_521
    return total


if __name__ == "__main__":
    while time.process_time() < float(sys.argv[1]):
        with truth.part("started script"):
            started(200_000)
    truth.write()

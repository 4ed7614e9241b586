"""pyperformance's deltablue, an object-oriented constraint solver: `deltablue_source.py` is copied from its package."""

import sys

import cost
from deltablue_source import delta_blue

if __name__ == "__main__":
    with cost.measured():
        for _ in range(int(sys.argv[1])):
            delta_blue(1_000)

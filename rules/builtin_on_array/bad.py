import numpy as np


def run(n=50_000):
    readings = np.arange(n) % 97

    total = sum(readings)  # expect: builtin-on-array
    return int(total), int(max(readings))  # expect: builtin-on-array

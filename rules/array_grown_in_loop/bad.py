import numpy as np


def run(n=3000):
    widths = np.array([], dtype=np.int64)
    for number in range(n):
        widths = np.append(widths, len(str(number)))  # expect: array-grown-in-loop
    return widths.tolist()

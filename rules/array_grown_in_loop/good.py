import numpy as np


def run(n=3000):
    collected = []
    for number in range(n):
        collected.append(len(str(number)))
    widths = np.array(collected, dtype=np.int64)
    return widths.tolist()

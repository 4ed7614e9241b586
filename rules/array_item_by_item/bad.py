import numpy as np


def run(n=50_000):
    prices = np.arange(n) % 97
    counts = np.arange(n) % 7

    total = 0
    for i in range(len(prices)):  # expect: array-item-by-item
        if counts[i] > 2:
            total += prices[i] * counts[i]
    return int(total)

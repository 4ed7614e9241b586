import numpy as np


def run(n=50_000):
    prices = np.arange(n) % 97
    counts = np.arange(n) % 7

    many = counts > 2
    return int(np.dot(prices[many], counts[many]))

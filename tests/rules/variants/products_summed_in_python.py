# --- variant: a dot product of a vector class
class Vector:
    def __init__(self, *values):
        self.values = values

    def dot(self, other):
        return sum(a * b for a, b in zip(self.values, other.values))  # expect: products-summed-in-python


# --- variant: strict
def weighted(weights, marks):
    return sum(weight * mark for weight, mark in zip(weights, marks, strict=True)) / sum(weights)  # expect: products-summed-in-python


# --- variant: a list in brackets
def total(prices, amounts):
    return sum([price * amount for price, amount in zip(prices, amounts)])  # expect: products-summed-in-python


# --- variant: by an index
def dot(u, v):
    return sum(u[i] * v[i] for i in range(len(u)))  # expect: products-summed-in-python


# --- variant: a loop that adds
# not found: the sum may have begun with something else
def dot(u, v):
    result = 0
    for x, y in zip(u, v):
        result += x * y  # expect: products-summed-in-python
    return result


# --- variant: map and mul
from operator import mul


def dot(u, v):
    return sum(map(mul, u, v))  # expect: products-summed-in-python


# --- variant: exactly
import math


def exact(u, v):
    return math.fsum(x * y for x, y in zip(u, v))  # expect: products-summed-in-python


# --- variant: the length of a vector
import math


def norm(values: list[float]):
    return math.sqrt(sum(value * value for value in values))  # expect: products-summed-in-python


# --- variant: squares as powers
def energy(samples: list[float]):
    return sum(sample**2 for sample in samples)  # expect: products-summed-in-python


# --- variant: columns of a table
def invoice(rows):
    prices = [row.price for row in rows]
    amounts = [row.amount for row in rows]
    return sum(p * a for p, a in zip(prices, amounts, strict=False))  # expect: products-summed-in-python


# --- variant: a filter of a signal
def convolve(signal, kernel):
    width = len(kernel)
    return [
        sum(s * k for s, k in zip(signal[at : at + width], kernel))  # expect: products-summed-in-python
        for at in range(len(signal) - width + 1)
    ]


# --- variant: the factors the other way round
def cross_total(left, right):
    return sum(b * a for a, b in zip(left, right))  # expect: products-summed-in-python


# --- variant: a pair that is not unpacked
# not found: the pair has a name, and the product its two places
def dot(u, v):
    return sum(pair[0] * pair[1] for pair in zip(u, v))  # expect: products-summed-in-python


# --- quiet: three factors
def mass(a, b, c):
    return sum(x * y * z for x, y, z in zip(a, b, c))


# --- quiet: only some of them
def positive(u, v):
    return sum(x * y for x, y in zip(u, v) if x > 0)


# --- quiet: arrays
import numpy as np


def dot(n):
    u, v = np.ones(n), np.ones(n)
    return sum(x * y for x, y in zip(u, v))


# --- quiet: a few
def gray(r, g, b):
    return sum(x * y for x, y in zip((r, g, b), (0.299, 0.587, 0.114)))


# --- quiet: sums, not products
def both(u, v):
    return sum(x + y for x, y in zip(u, v))

# --- variant: sum of products over zip
import numpy as np


def dot(n):
    a = np.arange(n)
    b = np.ones(n)
    total = 0.0
    for x, y in zip(a, b):  # expect: array-item-by-item
        total += x * y
    return total
# --- variant: nested loops over a matrix
import numpy as np


def scale(image: np.ndarray, factor):
    rows, columns = image.shape
    for i in range(rows):
        for j in range(columns):  # expect: array-item-by-item
            image[i, j] = image[i, j] * factor
    return image
# --- variant: enumerate
import numpy as np


def doubled(path):
    values = np.loadtxt(path)
    out = np.empty_like(values)
    for i, value in enumerate(values):  # expect: array-item-by-item
        out[i] = 2 * value + 1
    return out
# --- variant: while with an index
# not found: only for loops and comprehensions are read as going through an array
import numpy as np


def total(readings):
    readings = np.asarray(readings)
    i = 0
    result = 0
    while i < len(readings):  # expect: array-item-by-item
        result += readings[i] ** 2
        i += 1
    return result
# --- variant: comprehension
import numpy as np


def squares(n):
    values = np.linspace(0, 1, n)
    return np.array([value * value for value in values])  # expect: array-item-by-item
# --- variant: sum of a generator
import numpy as np


def variance(samples):
    samples = np.array(samples)
    mean = samples.mean()
    return sum((sample - mean) ** 2 for sample in samples) / len(samples)  # expect: array-item-by-item
# --- variant: attribute in a method, shape
import numpy as np


class Filter:
    def __init__(self, n):
        self.weights = np.zeros(n)
        self.gradient = np.ones(n)

    def step(self, rate):
        for i in range(self.weights.shape[0]):  # expect: array-item-by-item
            self.weights[i] -= rate * self.gradient[i]
# --- variant: condition as an expression
import numpy as np


def clipped(path, limit):
    data = np.load(path)
    for i in range(data.size):  # expect: array-item-by-item
        data[i] = limit if data[i] > limit else data[i]
    return data
# --- variant: math functions
import math

import numpy as np


def waves(n):
    x = np.linspace(0, 10, n)
    y = np.zeros(n)
    for i in range(n):  # expect: array-item-by-item
        y[i] = math.sin(x[i])
    return y
# --- variant: largest by hand
import numpy as np


def peak(samples: np.ndarray):
    best = samples[0]
    for sample in samples:  # expect: array-item-by-item
        if sample > best:
            best = sample
    return best
# --- variant: nditer or flat
import numpy as np


def energy(field):
    field = np.abs(field)
    total = 0
    for value in field.flat:  # expect: array-item-by-item
        total += value * value
    return total
# --- variant: count of those above
import numpy as np


def above(path, limit):
    values = np.fromfile(path)
    count = 0
    for value in values:  # expect: array-item-by-item
        if value > limit:
            count += 1
    return count
# --- variant: column of a frame
import pandas as pd


def revenue(path):
    orders = pd.read_csv(path)
    prices = orders["price"].to_numpy()
    amounts = orders["amount"].values
    total = 0
    for i in range(len(prices)):  # expect: array-item-by-item
        total += prices[i] * amounts[i]
    return total
# --- variant: append the result to a list
import numpy as np


def fahrenheit(path):
    celsius = np.genfromtxt(path)
    out = []
    for degrees in celsius:  # expect: array-item-by-item
        out.append(degrees * 9 / 5 + 32)
    return out
# --- quiet: a round needs the one before
import numpy as np


def smooth(values, rate):
    values = np.asarray(values, dtype=float)
    for i in range(1, len(values)):
        values[i] = rate * values[i] + (1 - rate) * values[i - 1]
    return values
# --- quiet: numba
import numba
import numpy as np


@numba.njit
def total(n):
    values = np.arange(n)
    result = 0
    for value in values:
        result += value
    return result
# --- quiet: a list
def total(values: list[float]):
    result = 0
    for i in range(len(values)):
        result += values[i]
    return result

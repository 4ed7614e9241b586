# --- variant: annotated argument
import numpy as np


def total(values: np.ndarray) -> float:
    return sum(values)  # expect: builtin-on-array
# --- variant: result of arithmetic
import numpy as np


def error(n):
    left = np.arange(n)
    right = np.ones(n)
    return sum((left - right) ** 2)  # expect: builtin-on-array
# --- variant: attribute in a method
import numpy as np


class Signal:
    def __init__(self, path):
        self.data = np.load(path)

    def peak(self):
        return max(self.data)  # expect: builtin-on-array
# --- variant: comparison in any
import numpy


def broken(path):
    values = numpy.loadtxt(path)
    return any(values > 100)  # expect: builtin-on-array
# --- variant: all of isfinite
import numpy as np


def clean(samples):
    return all(np.isfinite(samples))  # expect: builtin-on-array
# --- variant: series of a frame
import pandas as pd


def revenue(path):
    orders = pd.read_csv(path)
    return sum(orders["price"])  # expect: builtin-on-array
# --- variant: values of a column
import pandas as pd


def latest(path):
    frame = pd.read_csv(path)
    return max(frame["year"].values)  # expect: builtin-on-array
# --- variant: a slice
import numpy as np


def first_half(n):
    signal = np.sin(np.arange(n))
    return min(signal[: n // 2])  # expect: builtin-on-array
# --- variant: a mask and a method chain
import numpy as np


def positive(values):
    values = np.asarray(values).ravel()
    return sum(values[values > 0])  # expect: builtin-on-array
# --- variant: len of nonzero is fine, sum of a mask is not
import numpy as np


def above(path, limit):
    data = np.genfromtxt(path)
    mask = data > limit
    return sum(mask)  # expect: builtin-on-array
# --- variant: returned by a helper
import numpy as np


def weights(n):
    return np.random.rand(n)


def normalised(n):
    w = weights(n)
    return w / sum(w)  # expect: builtin-on-array
# --- variant: imported function and absolute
from numpy import array


def deviation(rows):
    return max(abs(array(rows)))  # expect: builtin-on-array
# --- variant: torch tensor
import torch


def loss(n):
    values = torch.rand(n)
    return sum(values)  # expect: builtin-on-array
# --- variant: the generator object, sorted in an async function
import numpy as np


async def ordered(n):
    rng = np.random.default_rng()
    draws = rng.normal(size=n)
    return sorted(draws)  # expect: builtin-on-array
# --- quiet: a list
def total(values: list):
    return sum(values)
# --- quiet: two arrays compared
import numpy as np


def larger(n):
    a = np.arange(n).sum()
    b = np.ones(n).sum()
    return max(a, b)
# --- quiet: shape is a tuple
import numpy as np


def longest_side(path):
    image = np.load(path)
    return max(image.shape)

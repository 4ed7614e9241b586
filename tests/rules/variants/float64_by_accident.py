# --- variant: a class for images
import numpy as np


class Canvas:
    def __init__(self, width, height):
        self.pixels = np.zeros((height, width, 3)).astype(np.uint8)  # expect: float64-by-accident


# --- variant: a dtype in words, and as a keyword
import numpy


def weights(rows, columns):
    return numpy.ones((rows, columns)).astype(dtype="float32")  # expect: float64-by-accident


# --- variant: names of the module itself
from numpy import float32, zeros


def state(size):
    return zeros(size).astype(float32)  # expect: float64-by-accident


# --- variant: Python's own types
import numpy as np


def seen(count):
    return np.zeros(count).astype(bool)  # expect: float64-by-accident


# --- variant: in two lines
# not found: the two stand in statements of their own
import numpy as np


def labels(n):
    y = np.zeros(n)
    y = y.astype(np.int64)  # expect: float64-by-accident
    return y


# --- variant: filled with minus one
import numpy as np


def unknown(graph):
    return np.full(len(graph), -1.0).astype(np.int32)  # expect: float64-by-accident


# --- variant: without a copy where it is not needed
import numpy as np


def mask(image):
    return np.zeros(image.shape[:2]).astype(np.uint8, copy=False)  # expect: float64-by-accident


# --- variant: the identity
import numpy as np


def turn(n):
    return np.eye(n).astype("f4")  # expect: float64-by-accident


# --- variant: cupy
import cupy as cp


def field(nx, ny):
    return cp.empty((nx, ny)).astype(cp.float16)  # expect: float64-by-accident


# --- variant: inside a larger expression
import numpy as np


def padded(x, n):
    return np.concatenate([x, np.zeros((n, x.shape[1])).astype(x.dtype)])  # expect: float64-by-accident


# --- variant: random numbers of a generator
# not found: asked for as float32, it gives other numbers
import numpy as np


def noise(n):
    rng = np.random.default_rng(7)
    return rng.random((n, n)).astype(np.float32)  # expect: float64-by-accident


# --- variant: like another
import numpy as np


def heat(grid):
    return np.zeros_like(grid).astype(np.float32)  # expect: float64-by-accident


# --- quiet: said where it is made
import numpy as np


def state(size):
    return np.zeros(size, dtype=np.float32)


# --- quiet: a small one
import numpy as np


def origin():
    return np.zeros(3).astype(np.float32)


# --- quiet: worked with in between
import numpy as np


def steps(n):
    return np.linspace(0, 255, n).round().astype(np.uint8)


# --- quiet: filled in between
import numpy as np


def image(n, draw):
    y = np.zeros((n, n))
    draw(y)
    y = y.astype(np.uint8)
    return y


# --- quiet: values that are given
import numpy as np


def column(values):
    return np.array(values).astype(np.float32)


# --- quiet: a type that is said, and another one
import numpy as np


def bits(n):
    return np.zeros(n, np.uint8).astype(bool)


# --- quiet: a line of numbers: asked for as float32, linspace works it out as float64 and copies it, as fast and in as much memory
import numpy as np


def ramp(n):
    return np.linspace(0, 1, n).astype(np.float32)

# --- variant: under another name, method
import numpy


class Recorder:
    def __init__(self):
        self.samples = numpy.empty(0)

    def record(self, source):
        for value in source:
            self.samples = numpy.append(self.samples, value)  # expect: array-grown-in-loop
# --- variant: concatenate with a tuple
import numpy as np


def joined(chunks):
    result = np.zeros((0, 3))
    for chunk in chunks:
        result = np.concatenate((result, chunk), axis=0)  # expect: array-grown-in-loop
    return result
# --- variant: imported by name
from numpy import array, vstack


def matrix(rows):
    out = array([[0, 0]])
    for row in rows:
        out = vstack([out, row])  # expect: array-grown-in-loop
    return out
# --- variant: r_ index
import numpy as np


def collected(values):
    out = np.array([])
    for value in values:
        out = np.r_[out, value]  # expect: array-grown-in-loop
    return out
# --- variant: None first
import numpy as np


def features(images):
    stacked = None
    for image in images:
        vector = image.mean(axis=0)
        stacked = vector if stacked is None else np.vstack((stacked, vector))  # expect: array-grown-in-loop
    return stacked
# --- variant: None first, if and else
import numpy as np


def load(paths):
    data = None
    for path in paths:
        part = np.load(path)
        if data is None:
            data = part
        else:
            data = np.concatenate([data, part])  # expect: array-grown-in-loop
    return data
# --- variant: torch
import torch


def outputs(model, loader):
    everything = torch.tensor([])
    for batch in loader:
        everything = torch.cat((everything, model(batch)), dim=0)  # expect: array-grown-in-loop
    return everything
# --- variant: column_stack in a while
import numpy as np


def simulate(state, steps):
    path = state.reshape(-1, 1)
    while path.shape[1] < steps:
        state = state * 0.9
        path = np.column_stack((path, state))  # expect: array-grown-in-loop
    return path
# --- variant: new part in front
import numpy as np


def history(stream):
    past = np.array([0.0])
    for value in stream:
        past = np.insert(past, 0, value)  # expect: array-grown-in-loop
    return past
# --- variant: value of a dict
import numpy as np


def by_sensor(readings):
    series = {}
    for name, value in readings:
        series[name] = np.append(series.get(name, np.array([])), value)  # expect: array-grown-in-loop
    return series
# --- variant: resize in place
# not found: resize may find room behind the array, and copies then nothing
import numpy as np


def grown(values):
    out = np.zeros(0)
    for value in values:
        out.resize(len(out) + 1, refcheck=False)  # expect: array-grown-in-loop
        out[-1] = value
    return out
# --- variant: tensorflow concat
import tensorflow as tf


def gather(batches):
    result = tf.zeros((0, 10))
    for batch in batches:
        result = tf.concat([result, batch], axis=0)  # expect: array-grown-in-loop
    return result
# --- variant: jax, async
import jax.numpy as jnp


async def receive(stream):
    values = jnp.array([])
    async for value in stream:
        values = jnp.append(values, value)  # expect: array-grown-in-loop
    return values
# --- variant: by way of a second name
# not found: the copy goes by way of a second name
import numpy as np


def windows(parts):
    total = np.array([])
    for part in parts:
        longer = np.hstack([total, part])  # expect: array-grown-in-loop
        total = longer
    return total
# --- quiet: a list first
import numpy as np


def collected(values):
    out = []
    for value in values:
        out.append(value)
    return np.array(out)
# --- quiet: each pair on its own
import numpy as np


def pairs(left, right):
    return [np.concatenate([a, b]) for a, b in zip(left, right, strict=True)]
# --- quiet: filled in place
import numpy as np


def filled(values):
    out = np.zeros(len(values))
    for i, value in enumerate(values):
        out[i] = len(str(value))
    return out

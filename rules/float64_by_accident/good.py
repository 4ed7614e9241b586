import numpy as np


def run(n=300):
    image = np.zeros((n, n), dtype=np.float32)
    weights = np.full((n, n), 0.5, dtype="float32")
    mask = np.ones_like(image, order="C", dtype=bool)
    return str(image.dtype), str(weights.dtype), str(mask.dtype), float(weights[0, 0]), bool(mask.all())

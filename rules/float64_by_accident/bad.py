import numpy as np


def run(n=300):
    image = np.zeros((n, n)).astype(np.float32)  # expect: float64-by-accident
    weights = np.full((n, n), 0.5).astype("float32")  # expect: float64-by-accident
    mask = np.ones_like(image, order="C").astype(bool)  # expect: float64-by-accident
    return str(image.dtype), str(weights.dtype), str(mask.dtype), float(weights[0, 0]), bool(mask.all())

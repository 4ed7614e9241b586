import numpy as np


class Classifier:
    def __init__(self, weights):
        self.weights = weights

    def predict(self, rows):
        rows = np.asarray(rows, dtype=float)
        if rows.ndim != 2 or not np.isfinite(rows).all():
            raise ValueError("rows of finite numbers are needed")
        return (rows @ self.weights).argmax(axis=1)


def run(n=2000):
    model = Classifier(np.arange(40.0).reshape(8, 5) % 7)
    rows = (np.arange(n * 8) % 11).reshape(n, 8)

    labels = []
    for row in rows:
        labels.append(int(model.predict(row.reshape(1, -1))[0]))  # expect: predict-per-item
    return labels

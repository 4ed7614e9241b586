import tempfile
from pathlib import Path

import pandas as pd


def run(n=4_000):
    orders = pd.DataFrame({"id": range(n), "price": [i % 97 / 4 for i in range(n)], "city": ["Bonn"] * n})

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "orders")
        orders[orders["price"] >= 0].to_pickle(path)
        dear = pd.read_pickle(path)
    return len(dear), dear.sum(numeric_only=True).tolist()

import tempfile
from pathlib import Path

import pandas as pd

HEAD = "id,customer,street,city,price,amount,note,ordered\n"


def revenue(path):
    orders = pd.read_csv(path)  # expect: unused-columns-read
    return float((orders["price"] * orders["amount"]).sum())


def run(n=2_000):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "orders.csv")
        rows = (
            f"{i},buyer {i},street {i},city {i % 50},{i % 97},{i % 7},note {i},2026-01-{i % 28 + 1}\n" for i in range(n)
        )
        path.write_text(HEAD + "".join(rows))
        return [revenue(path) for _ in range(10)]

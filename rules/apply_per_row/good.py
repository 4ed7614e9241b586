import pandas as pd


def run(n=5000):
    orders = pd.DataFrame({"price": range(n), "count": [i % 7 for i in range(n)]})

    orders["total"] = orders["price"] * orders["count"]
    return int(orders["total"].sum())

import pandas as pd


def run(n=5000):
    orders = pd.DataFrame({"price": range(n), "count": [i % 7 for i in range(n)]})

    return int((orders["price"] * orders["count"]).sum())

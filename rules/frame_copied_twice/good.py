import pandas as pd


def run(n=20_000):
    orders = pd.DataFrame({"id": range(n), "price": [i * 37 % 997 for i in range(n)]})

    for column in range(20):
        orders[f"score {column}"] = orders["price"] * column
    ordered = orders.sort_values("id")
    numbered = ordered.reset_index()
    numbered["price"] += 1
    return int(numbered["price"].sum()), int(orders["price"].sum()), len(numbered)

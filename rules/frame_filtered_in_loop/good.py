import pandas as pd


def run(n=50_000):
    sales = pd.DataFrame({"shop": [f"shop {i % 97}" for i in range(n)], "price": [i % 89 for i in range(n)]})
    totals = {}
    for shop, part in sales.groupby("shop"):
        totals[shop] = int(part["price"].max() - part["price"].min())
    return totals

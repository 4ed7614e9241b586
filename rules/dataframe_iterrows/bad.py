import pandas as pd


def run(n=5000):
    orders = pd.DataFrame({"price": range(n), "count": [i % 7 for i in range(n)]})

    total = 0
    for _, order in orders.iterrows():  # expect: dataframe-iterrows
        total += int(order["price"] * order["count"])
    return total

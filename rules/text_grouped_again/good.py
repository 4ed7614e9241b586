import numpy as np
import pandas as pd


def run(n=50_000):
    cities = [f"city {i}" for i in range(53)]
    numbers = np.arange(n)
    sales = pd.DataFrame({"city": (cities * (n // 53 + 1))[:n], "year": 2020 + numbers % 5, "price": numbers % 89})
    sales["city"] = sales["city"].astype("category")

    by_city = sales.groupby("city", observed=True)["price"].sum()
    best = sales.groupby(["city", "year"], observed=True)["price"].max()
    first = sales.groupby("city", observed=True)["year"].min()
    years = sales.groupby(["year", "city"], observed=True)["price"].sum()
    at_home = sales[sales["city"] == "city 7"]["price"].sum()
    return by_city.to_dict(), best.to_dict(), first.to_dict(), years.to_dict(), int(at_home)

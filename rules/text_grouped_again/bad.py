import numpy as np
import pandas as pd


def run(n=50_000):
    cities = [f"city {i}" for i in range(53)]
    numbers = np.arange(n)
    sales = pd.DataFrame({"city": (cities * (n // 53 + 1))[:n], "year": 2020 + numbers % 5, "price": numbers % 89})

    by_city = sales.groupby("city")["price"].sum()  # expect: text-grouped-again
    best = sales.groupby(["city", "year"])["price"].max()
    first = sales.groupby("city")["year"].min()
    years = sales.groupby(["year", "city"])["price"].sum()
    at_home = sales[sales["city"] == "city 7"]["price"].sum()
    return by_city.to_dict(), best.to_dict(), first.to_dict(), years.to_dict(), int(at_home)

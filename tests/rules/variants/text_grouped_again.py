# --- variant: a report by shop
import pandas as pd


def report(path):
    sales = pd.read_csv(path)
    sales["shop"] = sales["shop"].str.strip()
    total = sales.groupby("shop")["price"].sum()  # expect: text-grouped-again
    best = sales.groupby("shop")["price"].max()
    count = sales.groupby("shop").size()
    return total, best, count
# --- variant: with others in the list
import pandas as pd


def tables(frame):
    frame = frame[frame["country"] != "unknown"]
    a = frame.groupby(["country", "year"])["co2"].sum()  # expect: text-grouped-again
    b = frame.groupby(["country", "sector"])["co2"].sum()
    c = frame.groupby("country")["co2"].mean()
    return a, b, c
# --- variant: tables of pandas
import pandas as pd


def pivots(path):
    trips = pd.read_csv(path)
    trips["line"] = trips["line"].str.upper()
    first = trips.pivot_table(index="line", columns="hour", values="delay")  # expect: text-grouped-again
    second = pd.pivot_table(trips, index="line", columns="weekday", values="delay")
    third = trips.groupby("line")["passengers"].sum()
    return first, second, third
# --- variant: by the keyword
import pandas as pd


def shares(path):
    votes = pd.read_csv(path)
    votes["party"] = votes["party"].fillna("none")
    by_party = votes.groupby(by="party").votes.sum()  # expect: text-grouped-again
    wards = votes.groupby(by=["party"])["ward"].nunique()
    first = votes.groupby(by="party")["ward"].first()
    return by_party, wards, first
# --- variant: transform and agg
import pandas as pd


def scaled(path):
    df = pd.read_parquet(path)
    df = df[df["ticker"].str.len() < 6]
    df["mean"] = df.groupby("ticker")["price"].transform("mean")  # expect: text-grouped-again
    df["std"] = df.groupby("ticker")["price"].transform("std")
    df["rank"] = df.groupby("ticker")["price"].rank()
    return df
# --- variant: a script
import pandas as pd

log = pd.read_csv("access.csv")
log = log[log["host"] != "localhost"]
print(log.groupby("host").size())  # expect: text-grouped-again
print(log.groupby("host")["bytes"].sum())
print(log.groupby(["host", "status"]).size())
# --- variant: made of texts
import pandas as pd


def demo(n):
    frame = pd.DataFrame({"colour": ["red", "green", "blue"] * n, "size": range(3 * n)})
    return (
        frame.groupby("colour")["size"].sum(),  # expect: text-grouped-again
        frame.groupby("colour")["size"].min(),
        frame.groupby("colour")["size"].max(),
    )
# --- variant: in a loop over measures
import pandas as pd


def summaries(path):
    data = pd.read_csv(path)
    data["species"] = data["species"].str.lower()
    means = data.groupby("species").mean(numeric_only=True)  # expect: text-grouped-again
    lows = data.groupby("species").min(numeric_only=True)
    highs = data.groupby("species").max(numeric_only=True)
    return means.join(lows, rsuffix="_low").join(highs, rsuffix="_high")
# --- variant: the names of texts are looked for in it
import pandas as pd


def cities(path):
    people = pd.read_csv(path)
    people = people[people["city"].isin(["Utrecht", "Leiden"])]
    a = people.groupby("city")["age"].mean()  # expect: text-grouped-again
    b = people.groupby("city")["income"].mean()
    c = people.groupby(["city", "sex"])["income"].mean()
    return a, b, c
# --- variant: a method of an object
import pandas as pd


class Stock:
    def __init__(self, path):
        self.items = pd.read_csv(path)
        self.items["sku"] = self.items["sku"].str.strip()

    def tables(self):
        amounts = self.items.groupby("sku")["amount"].sum()  # expect: text-grouped-again
        places = self.items.groupby("sku")["place"].nunique()
        last = self.items.groupby("sku")["at"].max()
        return amounts, places, last
# --- quiet: a category
import pandas as pd


def report(path):
    sales = pd.read_csv(path, dtype={"shop": "category"})
    sales = sales[sales["shop"] != "web"]
    return sales.groupby("shop").sum(), sales.groupby("shop").max(), sales.groupby("shop").size()
# --- quiet: two groupings
import pandas as pd


def report(path):
    sales = pd.read_csv(path)
    sales["shop"] = sales["shop"].str.strip()
    return sales.groupby("shop")["price"].sum(), sales.groupby("shop").size()
# --- quiet: numbers
import pandas as pd


def report(path):
    sales = pd.read_csv(path)
    sales = sales[sales["year"] > 2020]
    return sales.groupby("year").sum(), sales.groupby("year").max(), sales.groupby("year").size()

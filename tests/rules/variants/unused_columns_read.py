# --- variant: a mean
import pandas as pd


def mean_price(path):
    frame = pd.read_csv(path)  # expect: unused-columns-read
    return frame["price"].mean()


# --- variant: two columns by attribute
import pandas as pd


def revenue(path):
    sales = pd.read_csv(path)  # expect: unused-columns-read
    return (sales.price * sales.amount).sum()


# --- variant: a list of columns at once
import pandas as pd


def coordinates(path):
    return pd.read_csv(path)[["lat", "lon"]].to_numpy()  # expect: unused-columns-read


# --- variant: an attribute right behind
import pandas as pd


def names(path):
    return pd.read_csv(path).name.unique().tolist()  # expect: unused-columns-read


# --- variant: Parquet
import pandas as pd


def users(file):
    events = pd.read_parquet(file)  # expect: unused-columns-read
    return set(events["user"])


# --- variant: grouped
import pandas as pd


def by_city(path):
    df = pd.read_csv(path, sep=";")  # expect: unused-columns-read
    return df.groupby("city")["price"].sum()


# --- variant: a condition and a column
import pandas as pd


def open_orders(path):
    orders = pd.read_csv(path)  # expect: unused-columns-read
    return orders.loc[orders["state"] == "open", "total"].sum()


# --- variant: Excel
from pandas import read_excel


def codes(path):
    sheet = read_excel(path, sheet_name="codes")  # expect: unused-columns-read
    return dict(zip(sheet["code"], sheet["name"]))


# --- variant: a chart
import matplotlib.pyplot as plt
import pandas as pd


def plot(path):
    data = pd.read_csv(path, parse_dates=["day"])  # expect: unused-columns-read
    plt.plot(data["day"], data["temperature"])
    plt.savefig("temperature.png")


# --- variant: a script
import pandas as pd

measurements = pd.read_csv("measurements.csv")  # expect: unused-columns-read
print(measurements["volts"].max())


# --- variant: a loop over the rows of one column
import pandas as pd


def words(path):
    table = pd.read_feather(path)  # expect: unused-columns-read
    for text in table["text"]:
        yield from text.split()


# --- variant: narrowed by name
# not found: the name has two values
import pandas as pd


def ages(path):
    people = pd.read_csv(path)  # expect: unused-columns-read
    people = people[["name", "age"]]
    return people.sort_values("age")


# --- variant: handed to a function that takes one column
# not found: the called function is in another file
import pandas as pd

from stats import spread_of


def spread(path):
    frame = pd.read_csv(path)  # expect: unused-columns-read
    return spread_of(frame, "price")


# --- quiet: said already
import pandas as pd


def mean_price(path):
    return pd.read_csv(path, usecols=["price"])["price"].mean()


# --- quiet: returned
import pandas as pd


def load(path):
    frame = pd.read_csv(path)
    frame["price"] = frame["price"] / 100
    return frame


# --- quiet: columns that are chosen at run time
import pandas as pd


def one(path, name):
    frame = pd.read_csv(path)
    return frame[name].mean()


# --- quiet: all of it is described
import pandas as pd


def describe(path):
    frame = pd.read_csv(path)
    print(frame["price"].max())
    return frame.describe()


# --- quiet: a few rows
import pandas as pd


def first(path):
    frame = pd.read_csv(path, nrows=5)
    return frame["price"].tolist()


# --- quiet: methods that use all columns
import pandas as pd


def rows(path):
    frame = pd.read_csv(path)
    return frame["price"].sum(), frame.shape, frame.to_dict("records")

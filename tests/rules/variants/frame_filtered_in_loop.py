# --- variant: the countries of a column
import pandas as pd


def by_country(path):
    data = pd.read_csv(path)
    result = {}
    for country in data["country"].unique():
        result[country] = data[data["country"] == country]["amount"].sum()  # expect: frame-filtered-in-loop
    return result
# --- variant: an attribute for the column
import pandas as pd


def plots(path, draw):
    df = pd.read_parquet(path)
    for station in df.station.unique():
        draw(df[df.station == station])  # expect: frame-filtered-in-loop
# --- variant: loc, and one column of it
import pandas as pd


def medians(file):
    readings = pd.read_excel(file)
    return {
        sensor: readings.loc[readings["sensor"] == sensor, "value"].median()  # expect: frame-filtered-in-loop
        for sensor in readings["sensor"].unique()
    }
# --- variant: a query with the loop's name in it
import pandas as pd


def export(path):
    sales = pd.read_csv(path)
    for region in sales["region"].drop_duplicates():
        sales.query("region == @region").to_csv(f"{region}.csv")  # expect: frame-filtered-in-loop
# --- variant: the set of the values
import pandas as pd


def last_login(log: pd.DataFrame):
    last = []
    for user in set(log["user"]):
        last.append((user, log[log["user"] == user]["at"].max()))  # expect: frame-filtered-in-loop
    return last
# --- variant: the values have a name, and are counted
import pandas as pd
from tqdm import tqdm


def clean(path):
    frame = pd.read_csv(path)
    patients = frame["patient_id"].unique().tolist()
    parts = []
    for patient in tqdm(patients):
        visits = frame[frame["patient_id"] == patient].sort_values("date")  # expect: frame-filtered-in-loop
        parts.append(visits.ffill())
    return pd.concat(parts)
# --- variant: the mask stands on a line of its own
import pandas as pd


def shares(path):
    votes = pd.read_csv(path)
    out = {}
    for ward in sorted(votes["ward"].unique()):
        mask = votes["ward"] == ward
        out[ward] = votes.loc[mask, "votes"].sum()  # expect: frame-filtered-in-loop
    return out
# --- variant: two conditions, one of which is the loop's
import pandas as pd


def open_orders(path):
    orders = pd.read_csv(path)
    open_by = {}
    for customer in orders["customer"].unique():
        rows = orders[(orders["customer"] == customer) & (orders["state"] == "open")]  # expect: frame-filtered-in-loop
        open_by[customer] = len(rows)
    return open_by
# --- variant: keys of another frame
import pandas as pd


def attach(left_path, right_path):
    products = pd.read_csv(left_path)
    stock = pd.read_csv(right_path)
    amounts = []
    for sku in products["sku"]:
        amounts.append(stock[stock["sku"] == sku]["amount"].iloc[0])  # expect: frame-filtered-in-loop
    products["amount"] = amounts
    return products
# --- variant: value_counts gives the values
import pandas as pd


def longest(path):
    tracks = pd.read_csv(path)
    for artist, count in tracks["artist"].value_counts().items():
        top = tracks[tracks["artist"] == artist].nlargest(3, "seconds")  # expect: frame-filtered-in-loop
        print(artist, count, list(top["title"]))
# --- variant: eq in place of the sign
import pandas as pd


def per_line(path):
    rides = pd.read_csv(path)
    for line in rides["line"].unique():
        yield line, rides[rides["line"].eq(line)]["delay"].mean()  # expect: frame-filtered-in-loop
# --- quiet: the groups are made once
import pandas as pd


def by_country(path):
    data = pd.read_csv(path)
    return {country: part["amount"].sum() for country, part in data.groupby("country")}
# --- quiet: rows are given a value
import pandas as pd


def mark(path, names):
    data = pd.read_csv(path)
    for code, name in names.items():
        data.loc[data["code"] == code, "name"] = name
    return data
# --- quiet: a frame of its own in each round
import pandas as pd


def totals(paths):
    for path in paths:
        data = pd.read_csv(path)
        yield data[data["state"] == "open"]["amount"].sum()

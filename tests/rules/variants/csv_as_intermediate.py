# --- variant: steps of a pipeline in one function
import pandas as pd


def pipeline(source):
    raw = pd.read_csv(source)
    raw.dropna().to_csv("clean.csv", index=False)
    clean = pd.read_csv("clean.csv")  # expect: csv-as-intermediate
    return clean.groupby("city").price.mean()


# --- variant: a path by name
import pandas as pd


def cached(frame, folder):
    target = folder / "cache.csv"
    frame.to_csv(target)
    return pd.read_csv(target)  # expect: csv-as-intermediate


# --- variant: a path that is joined
import os

import pandas as pd


def split(frame, folder):
    frame.to_csv(os.path.join(folder, "part.csv"), index=False)
    return pd.read_csv(os.path.join(folder, "part.csv"))  # expect: csv-as-intermediate


# --- variant: a text in memory
import io

import pandas as pd


def retyped(frame):
    text = io.StringIO()
    frame.to_csv(text, index=False)
    text.seek(0)
    return pd.read_csv(text)  # expect: csv-as-intermediate


# --- variant: the text handed over
from io import StringIO

import pandas as pd


def copy(frame):
    return pd.read_csv(StringIO(frame.to_csv(index=False)))  # expect: csv-as-intermediate


# --- variant: polars
import polars as pl


def again(frame: pl.DataFrame):
    frame.write_csv("out.csv")
    return pl.read_csv("out.csv")  # expect: csv-as-intermediate


# --- variant: JSON, name by name
from pandas import read_json


def through_json(df):
    df.to_json("rows.json", orient="records")
    return read_json("rows.json", orient="records")  # expect: csv-as-intermediate


# --- variant: a script
import pandas as pd

PARTS = "parts.csv"
table = pd.read_excel("parts.xlsx")
table.to_csv(PARTS, sep="\t")
parts = pd.read_csv(PARTS, sep="\t")  # expect: csv-as-intermediate
print(parts.describe())


# --- variant: keywords
import pandas as pd


def kept(frame, name):
    frame.to_csv(path_or_buf=name, index=False)
    return pd.read_csv(filepath_or_buffer=name)  # expect: csv-as-intermediate


# --- variant: f-string, in a loop
import pandas as pd


def shards(frame, count):
    sizes = []
    for number in range(count):
        frame[frame.shard == number].to_csv(f"shard{number}.csv")
        sizes.append(len(pd.read_csv(f"shard{number}.csv")))  # expect: csv-as-intermediate
    return sizes


# --- variant: written by one function, read by the next
# not found: the two functions share nothing but the name of the file
import pandas as pd


def write(frame):
    frame.to_csv("step1.csv")


def step2():
    return pd.read_csv("step1.csv")  # expect: csv-as-intermediate


# --- variant: an attribute that keeps the path
import pandas as pd


class Step:
    def __init__(self, path):
        self.path = path

    def run(self, frame):
        frame.to_csv(self.path)
        return pd.read_csv(self.path, parse_dates=["day"])  # expect: csv-as-intermediate


# --- quiet: another file
import pandas as pd


def merge(frame):
    frame.to_csv("out.csv")
    return frame.merge(pd.read_csv("cities.csv"))


# --- quiet: read first, then written
import pandas as pd


def update(path):
    frame = pd.read_csv(path)
    frame["seen"] = True
    frame.to_csv(path)


# --- quiet: read where it is there, else written
import pandas as pd


def cached(path, load):
    if path.exists():
        return pd.read_csv(path)
    frame = load()
    frame.to_csv(path)
    return frame


# --- quiet: parquet
import pandas as pd


def step(frame):
    frame.to_parquet("step.parquet")
    return pd.read_parquet("step.parquet")

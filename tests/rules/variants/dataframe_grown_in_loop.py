# --- variant: empty frame, method
import pandas as pd


class Collector:
    def __init__(self):
        self.frame = pd.DataFrame()

    def add(self, paths):
        for path in paths:
            self.frame = pd.concat([self.frame, pd.read_csv(path)])  # expect: dataframe-grown-in-loop
# --- variant: imported by name, tuple
from pandas import DataFrame, concat


def collected(parts):
    out = DataFrame(columns=["a", "b"])
    for part in parts:
        out = concat((out, part), ignore_index=True)  # expect: dataframe-grown-in-loop
    return out
# --- variant: append, old pandas
import pandas as pd


def rows(records):
    df = pd.DataFrame()
    for record in records:
        df = df.append(record, ignore_index=True)  # expect: dataframe-grown-in-loop
    return df
# --- variant: loc at the length
import pandas as pd


def table(lines):
    df = pd.DataFrame(columns=["name", "amount"])
    for line in lines:
        df.loc[len(df)] = line.split(";")  # expect: dataframe-grown-in-loop
    return df
# --- variant: loc at the length of the index
import pandas as pd


def log(events):
    df = pd.DataFrame({"event": []})
    for event in events:
        df.loc[len(df.index)] = [event.name]  # expect: dataframe-grown-in-loop
    return df
# --- variant: loc at the shape
import pandas as pd


def results(runs):
    frame = pd.DataFrame(columns=["run", "score"])
    for run in runs:
        frame.loc[frame.shape[0]] = {"run": run.name, "score": run.score}  # expect: dataframe-grown-in-loop
    return frame
# --- variant: None first
import pandas as pd


def load(paths):
    data = None
    for path in paths:
        part = pd.read_parquet(path)
        data = part if data is None else pd.concat([data, part])  # expect: dataframe-grown-in-loop
    return data
# --- variant: merge of the frame with itself and another
import pandas as pd


def combined(paths):
    result = pd.read_csv(paths[0])
    for path in paths[1:]:
        result = pd.concat([result, pd.read_csv(path)], axis=1)  # expect: dataframe-grown-in-loop
    return result
# --- variant: series
import pandas as pd


def series(values):
    out = pd.Series(dtype=float)
    for value in values:
        out = pd.concat([out, pd.Series([value])])  # expect: dataframe-grown-in-loop
    return out
# --- variant: row numbered by the loop
import pandas as pd


def numbered(records):
    df = pd.DataFrame(columns=["name"])
    for number, record in enumerate(records):
        df.loc[number] = [record.name]  # expect: dataframe-grown-in-loop
    return df
# --- variant: polars vstack
# not found: vstack of polars keeps both parts as they are, and copies nothing
import polars as pl


def stacked(paths):
    frame = pl.read_csv(paths[0])
    for path in paths[1:]:
        frame = frame.vstack(pl.read_csv(path))  # expect: dataframe-grown-in-loop
    return frame
# --- variant: while pages are left
import pandas as pd


def pages(client):
    frame = pd.DataFrame()
    page = client.first()
    while page is not None:
        frame = pd.concat([frame, pd.DataFrame(page.rows)], ignore_index=True)  # expect: dataframe-grown-in-loop
        page = page.next()
    return frame
# --- variant: dict of frames
import pandas as pd


def by_city(parts):
    frames = {}
    for city, part in parts:
        if city in frames:
            frames[city] = pd.concat([frames[city], part])  # expect: dataframe-grown-in-loop
        else:
            frames[city] = part
    return frames
# --- variant: the list is joined in each round, async
import pandas as pd


async def receive(stream):
    parts = []
    async for message in stream:
        parts.append(pd.DataFrame(message))
        everything = pd.concat(parts)  # expect: dataframe-grown-in-loop
        print(len(everything))
# --- quiet: once after the loop
import pandas as pd


def load(paths):
    parts = []
    for path in paths:
        parts.append(pd.read_csv(path))
    return pd.concat(parts)
# --- quiet: an existing row is set
import pandas as pd


def marked(frame: pd.DataFrame, names):
    for name in names:
        frame.loc[frame["name"] == name, "seen"] = True
    return frame
# --- quiet: each pair on its own
import pandas as pd


def pairs(left, right):
    for a, b in zip(left, right, strict=True):
        both = pd.concat([a, b])
        both.to_csv(f"{len(both)}.csv")

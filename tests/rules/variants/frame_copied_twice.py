# --- variant: a join that is copied
import pandas as pd


def joined(orders, customers):
    orders = pd.DataFrame(orders)
    return orders.merge(pd.DataFrame(customers), on="customer").copy()  # expect: frame-copied-twice


# --- variant: a copy that is sorted
import pandas as pd


def ranked(path):
    df = pd.read_csv(path)
    return df.copy().sort_values("score", ascending=False)  # expect: frame-copied-twice


# --- variant: assigned in two steps
# not found: the two stand in statements of their own
import pandas as pd


def cleaned(path):
    frame = pd.read_csv(path)
    result = frame.copy()  # expect: frame-copied-twice
    result = result.fillna(0)
    return result


# --- variant: an annotated argument
import pandas as pd


def typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({"price": float}).copy()  # expect: frame-copied-twice


# --- variant: the name of many frames
import pandas as pd


def add(sales_df):
    return sales_df.copy().assign(total=lambda d: d.price * d.amount)  # expect: frame-copied-twice


# --- variant: an index that is made new
import pandas as pd


def flat(df):
    df = df.reset_index(drop=True).copy()  # expect: frame-copied-twice
    df["rank"] = range(len(df))
    return df


# --- variant: the end of a long chain
import pandas as pd


def monthly(path):
    sales = pd.read_parquet(path)
    return (
        sales.assign(month=sales.day.dt.month)  # expect: frame-copied-twice
        .groupby("month", as_index=False)
        .agg({"price": "sum"})
        .sort_values("price")
        .copy()
    )


# --- variant: a join of several frames
import pandas as pd


def stacked(frames):
    return pd.concat(frames, ignore_index=True).copy()  # expect: frame-copied-twice


# --- variant: read and copied
import pandas as pd


def load(path):
    return pd.read_csv(path).copy()  # expect: frame-copied-twice


# --- variant: deep, in words
import pandas as pd


def wide(df):
    return df.copy(deep=True).pivot_table(index="day", columns="city", values="price")  # expect: frame-copied-twice


# --- variant: twice
import pandas as pd


def same(frame):
    return frame.copy().copy()  # expect: frame-copied-twice


# --- variant: renamed columns
import pandas as pd


def renamed(df):
    return df.copy().rename(columns={"a": "b"})  # expect: frame-copied-twice


# --- variant: made of a dict
import pandas as pd


def made(rows):
    return pd.DataFrame.from_records(rows).copy()  # expect: frame-copied-twice


# --- quiet: a copy that is changed
import pandas as pd


def changed(df):
    df = df.copy()
    df["a"] = 1
    return df


# --- quiet: a part, which may be a view
import pandas as pd


def part(df):
    return df[df.a > 0].copy()


# --- quiet: changed in place
import pandas as pd


def filled(df):
    new = df.copy()
    new.fillna(0, inplace=True)
    return new


# --- quiet: both are used
import pandas as pd


def both(df):
    old = df.copy()
    df["a"] = 0
    return old.sort_values("a"), df


# --- quiet: a dict
import pandas as pd


def settings(defaults):
    return defaults.copy().copy()

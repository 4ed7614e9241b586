# --- variant: axis by name
import pandas as pd


def totals(path):
    orders = pd.read_csv(path)
    return orders.apply(lambda row: row.price * row.amount, axis="columns")  # expect: apply-per-row
# --- variant: axis by position
import pandas as pd


def labels(frame: pd.DataFrame):
    return frame.apply(make_label, 1)  # expect: apply-per-row


def make_label(row):
    return row["name"] + row["city"]
# --- variant: chained after a filter
import pandas as pd


def scores(path):
    return pd.read_csv(path).query("active").apply(lambda row: row["a"] + row["b"], axis=1)  # expect: apply-per-row
# --- variant: a selection of columns
import pandas as pd


def distance(df):
    df["d"] = df[["x", "y"]].apply(lambda r: (r.x**2 + r.y**2) ** 0.5, axis=1)  # expect: apply-per-row
    return df
# --- variant: method, arguments passed on
import pandas as pd


class Pricing:
    def __init__(self, path):
        self.frame = pd.read_parquet(path)

    def run(self):
        self.frame["net"] = self.frame.apply(self._net, axis=1, args=(0.21,))  # expect: apply-per-row

    def _net(self, row, rate):
        return row["gross"] / (1 + rate)
# --- variant: apply_along_axis
import numpy as np


def norms(points):
    return np.apply_along_axis(lambda point: (point**2).sum() ** 0.5, 1, points)  # expect: apply-per-row
# --- variant: assign with a lambda
import pandas as pd


def enriched(frame: pd.DataFrame):
    return frame.assign(total=lambda d: d.apply(lambda row: row.a + row.b, axis=1))  # expect: apply-per-row
# --- variant: loc and result_type
import pandas as pd


def split(df: pd.DataFrame):
    return df.loc[df["active"]].apply(lambda row: [row["a"], row["b"]], axis=1, result_type="expand")  # expect: apply-per-row
# --- variant: agg by row
import pandas as pd


def joined(path):
    frame = pd.read_csv(path)
    return frame[["first", "last"]].agg(" ".join, axis=1)  # expect: apply-per-row
# --- variant: transposed
# not found: that the rows of a transposed frame are meant needs the kind of T
import pandas as pd


def by_row(path):
    frame = pd.read_csv(path)
    return frame.T.apply(lambda row: row["a"] * row["b"])  # expect: apply-per-row
# --- variant: vectorize of a lambda
import numpy as np


def grades(scores):
    scores = np.asarray(scores)
    return np.vectorize(lambda score: 1 if score > 50 else 0)(scores)  # expect: apply-per-row
# --- variant: progress_apply
import pandas as pd
from tqdm import tqdm

tqdm.pandas()


def cleaned(path):
    frame = pd.read_csv(path)
    frame["name"] = frame.progress_apply(lambda row: row["first"] + row["last"], axis=1)  # expect: apply-per-row
    return frame
# --- variant: helper returns the frame
import pandas as pd


def load(path):
    return pd.read_excel(path)


def margins(path):
    sales = load(path)
    return sales.apply(lambda row: row["sold"] - row["cost"], axis=1).sum()  # expect: apply-per-row
# --- variant: groups with a lambda over rows
import pandas as pd


def shares(df: pd.DataFrame):
    return df.groupby("city").apply(lambda group: group.apply(lambda row: row.a / row.b, axis=1))  # expect: apply-per-row
# --- quiet: by column
import pandas as pd


def ranges(path):
    frame = pd.read_csv(path)
    return frame.apply(lambda column: column.max() - column.min())
# --- quiet: sum along the rows
import pandas as pd


def sums(frame: pd.DataFrame):
    return frame.sum(axis=1)
# --- quiet: groups
import pandas as pd


def per_city(frame: pd.DataFrame):
    return frame.groupby("city")["amount"].apply(lambda amounts: amounts.max())

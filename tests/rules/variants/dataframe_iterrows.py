# --- variant: dict comprehension
import pandas as pd


def names(path):
    return {row["id"]: row["name"] for _, row in pd.read_csv(path).iterrows()}  # expect: dataframe-iterrows
# --- variant: attribute in a method, enumerate around
class Importer:
    def __init__(self, frame):
        self.frame = frame

    def run(self):
        for number, (index, row) in enumerate(self.frame.iterrows()):  # expect: dataframe-iterrows
            self.save(number, row)

    def save(self, number, row):
        print(number, row)
# --- variant: tqdm around
import pandas as pd
from tqdm import tqdm


def process(df: pd.DataFrame):
    for _, row in tqdm(df.iterrows(), total=len(df)):  # expect: dataframe-iterrows
        print(row["name"])
# --- variant: by way of a name
def total(orders):
    rows = orders.iterrows()  # expect: dataframe-iterrows
    result = 0
    for _, row in rows:
        result += row["amount"]
    return result
# --- variant: list around
def rows_of(frame):
    return list(frame.iterrows())  # expect: dataframe-iterrows
# --- variant: map
def labels(frame):
    return list(map(lambda pair: pair[1]["name"], frame.iterrows()))  # expect: dataframe-iterrows
# --- variant: sum of a generator after a filter
import pandas as pd


def paid(path):
    df = pd.read_csv(path)
    return sum(row.amount for _, row in df[df["paid"]].iterrows())  # expect: dataframe-iterrows
# --- variant: items of the transposed frame
# not found: that the rows of a transposed frame are meant needs the kind of T
import pandas as pd


def walk(frame: pd.DataFrame):
    for index, row in frame.T.items():  # expect: dataframe-iterrows
        print(index, row["name"])
# --- variant: iloc by number
import pandas as pd


def scan(path):
    df = pd.read_csv(path)
    total = 0
    for i in range(len(df)):
        total += df.iloc[i]["price"] * df.iloc[i]["amount"]  # expect: dataframe-iterrows
    return total
# --- variant: loc by index
import pandas as pd


def cities(df: pd.DataFrame):
    out = []
    for index in df.index:
        out.append(df.loc[index, "city"].upper())  # expect: dataframe-iterrows
    return out
# --- variant: nested loops, two frames
def matches(left, right):
    found = []
    for _, a in left.iterrows():  # expect: dataframe-iterrows
        for _, b in right.iterrows():  # expect: dataframe-iterrows
            if a["id"] == b["id"]:
                found.append((a, b))
    return found
# --- variant: next in a while
def drain(frame):
    rows = frame.iterrows()  # expect: dataframe-iterrows
    while (pair := next(rows, None)) is not None:
        print(pair[1])
# --- variant: async with try
import pandas as pd


async def upload(path, client):
    for index, row in pd.read_excel(path).iterrows():  # expect: dataframe-iterrows
        try:
            await client.put(index, row.to_dict())
        except OSError as error:
            print(index, error)
# --- variant: yield from, group by
import pandas as pd


def flattened(df: pd.DataFrame):
    for _, group in df.groupby("city"):
        yield from (row["name"] for _, row in group.iterrows())  # expect: dataframe-iterrows
# --- variant: zip with another list
def tagged(frame, tags):
    for (_, row), tag in zip(frame.iterrows(), tags):  # expect: dataframe-iterrows
        yield tag, row["name"]
# --- quiet: itertuples
def names(frame):
    return [row.name for row in frame.itertuples()]
# --- quiet: groups
def per_city(frame):
    return {city: len(group) for city, group in frame.groupby("city")}
# --- quiet: the first row only
def header(frame):
    index, row = next(frame.iterrows())
    return row.to_dict()

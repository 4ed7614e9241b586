# --- variant: module alias and a comprehension
import datetime as dt


def days(rows):
    return [dt.datetime.strptime(row["day"], "%Y-%m-%d").date() for row in rows]  # expect: date-parse-in-loop
# --- variant: format in a module constant
from datetime import datetime

ISO = "%Y-%m-%dT%H:%M:%S"


def read(lines):
    for line in lines:
        yield datetime.strptime(line.split()[0], ISO)  # expect: date-parse-in-loop
# --- variant: format in a class attribute, method
from datetime import datetime


class Reader:
    FORMAT = "%Y-%m-%d %H:%M"

    def entries(self, rows):
        for row in rows:
            row.time = datetime.strptime(row.text, self.FORMAT)  # expect: date-parse-in-loop
            yield row
# --- variant: map with a lambda
from datetime import datetime


def parsed(texts):
    return list(map(lambda text: datetime.strptime(text, "%Y-%m-%d"), texts))  # expect: date-parse-in-loop
# --- variant: dateutil under another name
from dateutil.parser import parse as parse_date


def ages(people, today):
    return {person.name: today - parse_date(person.born) for person in people}  # expect: date-parse-in-loop
# --- variant: a helper function called for each row
from datetime import datetime


def to_date(text):
    return datetime.strptime(text, "%Y-%m-%d")  # expect: date-parse-in-loop


def load(rows):
    return [(to_date(row[0]), row[1]) for row in rows]
# --- variant: try and except around
from datetime import datetime


def valid(texts):
    good = []
    for text in texts:
        try:
            good.append(datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f"))  # expect: date-parse-in-loop
        except ValueError:
            continue
    return good
# --- variant: sort key
from datetime import datetime


def in_order(rows):
    return sorted(rows, key=lambda row: datetime.strptime(row["created"], "%Y-%m-%dT%H:%M"))  # expect: date-parse-in-loop
# --- variant: time.strptime
import time


def stamps(lines):
    for line in lines:
        yield time.mktime(time.strptime(line[:19], "%Y-%m-%d %H:%M:%S"))  # expect: date-parse-in-loop
# --- variant: to_datetime for one value
import pandas as pd


def convert(records):
    for record in records:
        record["when"] = pd.to_datetime(record["when"])  # expect: date-parse-in-loop
    return records
# --- variant: apply over a column
import pandas as pd
from datetime import datetime


def frame(path):
    orders = pd.read_csv(path)
    orders["day"] = orders["day"].apply(lambda text: datetime.strptime(text, "%Y-%m-%d"))  # expect: date-parse-in-loop
    return orders
# --- variant: while loop, format by default argument
import datetime


def last_day(stream, pattern="%Y-%m-%d"):
    latest = None
    while line := stream.readline():
        day = datetime.datetime.strptime(line.strip(), pattern)  # expect: date-parse-in-loop
        if latest is None or day > latest:
            latest = day
    return latest
# --- variant: async for, zone in the format
from datetime import datetime


async def delays(events):
    async for event in events:
        sent = datetime.strptime(event.sent, "%Y-%m-%dT%H:%M:%S%z")  # expect: date-parse-in-loop
        yield event.received - sent
# --- quiet: fromisoformat
from datetime import datetime


def days(rows):
    return [datetime.fromisoformat(row["day"]) for row in rows]
# --- quiet: a format of its own
from datetime import datetime


def days(rows):
    return [datetime.strptime(row["day"], "%d/%b/%Y:%H:%M:%S") for row in rows]
# --- quiet: once
from datetime import datetime


def since(text, rows):
    start = datetime.strptime(text, "%Y-%m-%d")
    return [row for row in rows if row.day > start]

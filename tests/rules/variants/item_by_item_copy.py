# --- variant: attribute as the target
class Basket:
    def __init__(self):
        self.items = []

    def add_all(self, items):
        for item in items:  # expect: item-by-item-copy
            self.items.append(item)
# --- variant: items of a dict by subscript
def merged(tables):
    result = {}
    for table in tables:
        for key in table:  # expect: item-by-item-copy
            result[key] = table[key]
    return result
# --- variant: list with plus equals
def collect(groups):
    out = []
    for group in groups:
        for member in group:  # expect: item-by-item-copy
            out += [member]
    return out
# --- variant: index loop
def copied(values: list):
    out = []
    for i in range(len(values)):  # expect: item-by-item-copy
        out.append(values[i])
    return out
# --- variant: a bound method under a name
# not found: what a bound method belongs to is not followed
def gather(pages):
    rows = []
    add = rows.append
    for page in pages:
        for row in page:  # expect: item-by-item-copy
            add(row)
    return rows
# --- variant: deque in a method
from collections import deque


class Feed:
    def __init__(self):
        self.pending = deque()

    def push(self, messages):
        for message in messages:  # expect: item-by-item-copy
            self.pending.append(message)
# --- variant: pairs put together
def pairs(table: dict):
    out = []
    for key, value in table.items():  # expect: item-by-item-copy
        out.append((key, value))
    return out
# --- variant: setdefault list as the target
def by_city(groups):
    cities = {}
    for city, people in groups:
        for person in people:  # expect: item-by-item-copy
            cities.setdefault(city, []).append(person)
    return cities
# --- variant: csv rows from a reader
import csv


def rows(path):
    result = []
    with open(path) as file:
        for row in csv.reader(file):  # expect: item-by-item-copy
            result.append(row)
    return result
# --- variant: update of a dict with one pair each
def settings(defaults: dict, overrides: dict):
    merged = dict(defaults)
    for name, value in overrides.items():  # expect: item-by-item-copy
        merged.update({name: value})
    return merged
# --- variant: argument with an annotation
def move(source, target: list[int]):
    for number in source:  # expect: item-by-item-copy
        target.append(number)
    source.clear()
# --- variant: insert at the end
def tail(items):
    items_copy = list()
    for item in items:  # expect: item-by-item-copy
        items_copy.insert(len(items_copy), item)
    return items_copy
# --- variant: yield one by one
# not found: handing on is no copy, and its saving is not measured
def every(groups):
    for group in groups:
        for member in group:  # expect: item-by-item-copy
            yield member
# --- variant: list as the value of a defaultdict, async
from collections import defaultdict


async def sort_in(batches):
    table = defaultdict(list)
    async for batch in batches:
        for line in batch.lines:  # expect: item-by-item-copy
            table[batch.key].append(line)
    return table
# --- quiet: the item is changed
def upper(names):
    out = []
    for name in names:
        out.append(name.upper())
    return out
# --- quiet: async source
async def collect(stream):
    out = []
    async for item in stream:
        out.append(item)
    return out
# --- quiet: an append of its own class
def log_all(journal, entries):
    for entry in entries:
        journal.append(entry)


# --- quiet: the update of a class of one's own, which would call itself for ever
class Ordered(dict):
    def update(self, other):
        for key in other:
            self[key] = other[key]

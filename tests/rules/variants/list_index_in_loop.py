# --- variant: place of the item in the list itself, comprehension
def numbered(names: list[str]):
    return [f"{names.index(name)}: {name}" for name in names]  # expect: list-index-in-loop
# --- variant: sort key looks up a place
def in_order(rows, wanted):
    order = list(wanted)
    return sorted(rows, key=lambda row: order.index(row.status))  # expect: list-index-in-loop
# --- variant: attribute list, in a method
class Table:
    def __init__(self, columns):
        self.columns = list(columns)

    def values(self, rows, wanted):
        out = []
        for row in rows:
            for name in wanted:
                out.append(row[self.columns.index(name)])  # expect: list-index-in-loop
        return out
# --- variant: csv header
import csv


def read(path, fields):
    with open(path) as file:
        reader = csv.reader(file)
        header = next(reader)
        for row in reader:
            yield {field: row[header.index(field)] for field in fields}  # expect: list-index-in-loop
# --- variant: try except ValueError
def positions(words, text):
    vocabulary = sorted(set(text.split()))
    for word in words:
        try:
            yield vocabulary.index(word)  # expect: list-index-in-loop
        except ValueError:
            yield -1
# --- variant: previous item by index minus one
def deltas(readings):
    readings = list(readings)
    result = []
    for reading in readings:
        place = readings.index(reading)  # expect: list-index-in-loop
        if place:
            result.append(reading - readings[place - 1])
    return result
# --- variant: map with a bound method
def encode(labels, rows):
    classes = sorted(set(labels))
    return list(map(classes.index, (row.label for row in rows)))  # expect: list-index-in-loop
# --- variant: replace the item in the list while it is gone through
def normalise(values: list):
    for value in values:
        if value < 0:
            values[values.index(value)] = 0  # expect: list-index-in-loop
    return values
# --- variant: while loop over two lists
def merge(left, right):
    ids = [entry.id for entry in left]
    number = 0
    while number < len(right):
        entry = right[number]
        left[ids.index(entry.id)].amount += entry.amount  # expect: list-index-in-loop
        number += 1
# --- variant: adjacency matrix
def matrix(nodes, edges):
    names = [node.name for node in nodes]
    cells = [[0] * len(names) for _ in names]
    for source, target in edges:
        cells[names.index(source)][names.index(target)] = 1  # expect: list-index-in-loop
    return cells
# --- variant: list from a helper function
def all_codes(session):
    return [row.code for row in session.rows()]


async def rank(session, entries):
    codes = all_codes(session)
    async for entry in entries:
        entry.rank = codes.index(entry.code)  # expect: list-index-in-loop
# --- variant: last item of the list told by its index
# not found: parts are few by their name
def joined(parts: list):
    text = []
    for part in parts:
        text.append(str(part))
        if parts.index(part) != len(parts) - 1:  # expect: list-index-in-loop
            text.append(", ")
    return "".join(text)
# --- quiet: the place in a text
def first_colons(lines):
    return [line.index(":") for line in lines]
# --- quiet: enumerate
def numbered(names):
    return [f"{number}: {name}" for number, name in enumerate(names)]
# --- quiet: once before the loop
def column(rows, name):
    header = list(rows[0])
    place = header.index(name)
    return [row[place] for row in rows[1:]]
# --- quiet: an index of a constant few
def level(records):
    levels = ["debug", "info", "warning", "error"]
    return [levels.index(record.level) for record in records]

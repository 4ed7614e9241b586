# --- variant: two loops over the same pairs by tuple
def table_of(pairs):
    pairs = [(pair.key, pair.value) for pair in pairs]
    return {key: value for key, value in pairs}  # expect: copy-by-comprehension
# --- variant: items as a pair, put together again
def pairs_of(table: dict):
    return [(key, value) for key, value in table.items()]  # expect: copy-by-comprehension
# --- variant: attribute in a property
class Shop:
    def __init__(self):
        self.items = []

    @property
    def all_items(self):
        return [item for item in self.items]  # expect: copy-by-comprehension
# --- variant: keys of a dict
def names(table: dict):
    return [name for name in table.keys()]  # expect: copy-by-comprehension
# --- variant: range
def numbers(n):
    return [number for number in range(n)]  # expect: copy-by-comprehension
# --- variant: generator inside list
def rows(cursor):
    return list(row for row in cursor.fetchall())  # expect: copy-by-comprehension
# --- variant: values, in a loop
def snapshots(states, rounds):
    out = []
    for _ in range(rounds):
        states.step()
        out.append([value for value in states.values.values()])  # expect: copy-by-comprehension
    return out
# --- variant: dict by key over the table itself
# not found: settings are few by their name
def duplicate(settings: dict):
    return {name: settings[name] for name in settings}  # expect: copy-by-comprehension
# --- variant: zip
def by_name(names, values):
    return {name: value for name, value in zip(names, values)}  # expect: copy-by-comprehension
# --- variant: enumerate
def places(names):
    return {number: name for number, name in enumerate(sorted(names))}  # expect: copy-by-comprehension
# --- variant: index over the list
def copy_of(values: list):
    return [values[i] for i in range(len(values))]  # expect: copy-by-comprehension
# --- variant: tuple of a generator
def frozen(values: list):
    return tuple(value for value in values)  # expect: copy-by-comprehension
# --- variant: lines of a file
def lines(path):
    with open(path) as file:
        return [line for line in file]  # expect: copy-by-comprehension
# --- variant: lambda that does nothing
def copied(rows: list):
    return list(map(lambda row: row, rows))  # expect: copy-by-comprehension
# --- quiet: the order of the pair is turned
def inverted(table: dict):
    return {value: key for key, value in table.items()}
# --- quiet: some are left out
def known(values):
    return [value for value in values if value]
# --- quiet: an async comprehension
async def collect(stream):
    return [item async for item in stream]
# --- quiet: the tuple is taken apart
def firsts(pairs):
    return [left for left, right in pairs]
# --- quiet: the numbers are the keys of a dict, which stand in another order
from collections import defaultdict


def digits(n, rank):
    found = defaultdict(int)
    for i in range(n - 3, -1, -1):
        found[i] = rank % n
        rank = (rank - found[i]) // n
    return [found[i] for i in range(len(found))]

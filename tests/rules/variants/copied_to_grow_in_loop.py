# --- variant: attribute of the object
class Log:
    def __init__(self):
        self.entries = []

    def fill(self, lines):
        for line in lines:
            self.entries = self.entries + [line.strip()]  # expect: copied-to-grow-in-loop
# --- variant: tuple that grows
def path(node):
    names = ()
    while node is not None:
        names = names + (node.name,)  # expect: copied-to-grow-in-loop
        node = node.parent
    return names
# --- variant: reduce with a lambda
from functools import reduce


def collect(rows):
    return reduce(lambda table, row: {**table, row.key: row.value}, rows, {})  # expect: copied-to-grow-in-loop
# --- variant: dict of two dicts
def settings(files):
    merged = {}
    for file in files:
        merged = dict(merged, **file.values())  # expect: copied-to-grow-in-loop
    return merged
# --- variant: set with the or operator
def tags(posts):
    result = set()
    for post in posts:
        result = result | {post.tag}  # expect: copied-to-grow-in-loop
    return result
# --- variant: put in front
def reversed_names(people):
    names = []
    for person in people:
        names = [person.name] + names  # expect: copied-to-grow-in-loop
    return names
# --- variant: frozenset union in an async loop
async def reachable(stream):
    seen = frozenset()
    async for node in stream:
        seen = seen.union({node.id})  # expect: copied-to-grow-in-loop
    return seen
# --- variant: starred, under a match statement
def sort_out(events):
    clicks = []
    for event in events:
        match event.kind:
            case "click":
                clicks = [*clicks, event.position]  # expect: copied-to-grow-in-loop
            case _:
                pass
    return clicks
# --- variant: copy, then append
# not found: copy and append are two statements
def steps(rows):
    history = []
    for row in rows:
        history = history.copy()
        history.append(row)  # expect: copied-to-grow-in-loop
    return history
# --- variant: item of a dict
def group(rows):
    groups = {"even": [], "odd": []}
    for row in rows:
        key = "odd" if row % 2 else "even"
        groups[key] = groups[key] + [row]  # expect: copied-to-grow-in-loop
    return groups
# --- variant: list of a tuple with unpacking in a nested loop
def pairs(rows, columns):
    out = list()
    for row in rows:
        for column in columns:
            out = out + [(row, column)]  # expect: copied-to-grow-in-loop
    return out
# --- variant: get with a default
def by_city(people):
    table = {}
    for person in people:
        table[person.city] = table.get(person.city, []) + [person]  # expect: copied-to-grow-in-loop
    return table
# --- variant: nonlocal list of an inner function
def watch(source):
    found = []

    def take():
        nonlocal found
        for item in source:
            found = found + [item]  # expect: copied-to-grow-in-loop

    take()
    return found
# --- quiet: the list starts anew in each round
def lines(rows):
    for row in rows:
        cells = [row.name]
        cells = cells + [row.amount]
        print(cells)
# --- quiet: in place
def collect(rows):
    out = []
    for row in rows:
        out += [row]
    return out
# --- quiet: numbers
def total(rows):
    amount = 0
    for row in rows:
        amount = amount + row.amount
    return amount

# --- variant: set of sorted names in a return
def names(people):
    return set(sorted(person.name for person in people))  # expect: discarded-sort
# --- variant: length by way of a name
def different(rows):
    ordered = sorted(rows)  # expect: discarded-sort
    return len(ordered)
# --- variant: max with sort in place
# not found: a sort in place is no expression that could be left out
def highest(readings):
    readings = list(readings)
    readings.sort()  # expect: discarded-sort
    return max(readings)
# --- variant: sum
# not found: the sum of fractions depends on their order, and may be wanted in this one
def total(amounts):
    return sum(sorted(amounts))  # expect: discarded-sort
# --- variant: dict membership
def known(rows, name):
    return frozenset(sorted([row.name for row in rows], key=str.lower))  # expect: discarded-sort
# --- variant: Counter imported under another name
import collections as c


def frequencies(words):
    return c.Counter(sorted(words))  # expect: discarded-sort
# --- variant: sorted twice
def ordered(rows):
    return sorted(sorted(rows), reverse=True)  # expect: discarded-sort
# --- variant: any with a list around
def has_open(orders):
    return any(list(sorted(orders)))  # expect: discarded-sort
# --- variant: set comprehension over sorted items
def cities(customers):
    return {customer.city for customer in sorted(customers, key=lambda customer: customer.id)}  # expect: discarded-sort
# --- variant: random shuffle right afterwards
import random


def deck(cards):
    cards = sorted(cards)  # expect: discarded-sort
    random.shuffle(cards)
    return cards
# --- variant: method, min with a generator over sorted
class Sensor:
    def __init__(self, values):
        self.values = values

    def lowest(self):
        return min(value for value in sorted(self.values))  # expect: discarded-sort
# --- variant: reversed sorted in len
def how_many(names: list[str]) -> int:
    return len(list(reversed(sorted(names))))  # expect: discarded-sort
# --- variant: set.update with sorted items
def merge(groups):
    seen = set()
    for group in groups:
        seen.update(sorted(group))  # expect: discarded-sort
    return seen
# --- variant: numpy unique sorts by itself
import numpy as np


def levels(values):
    return np.unique(np.sort(values))  # expect: discarded-sort
# --- quiet: sorted set
def names(people):
    return sorted({person.name for person in people})
# --- quiet: stable sort by two keys
def ranked(rows):
    return sorted(sorted(rows, key=lambda row: row.name), key=lambda row: row.points)
# --- quiet: dict keeps the order
def table(rows):
    return dict(sorted(rows))
# --- quiet: joined text
def listed(names):
    return ", ".join(sorted(names))

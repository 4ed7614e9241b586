# --- variant: attribute of the object
class Board:
    def __init__(self):
        self.scores = []

    def play(self, games):
        for game in games:
            self.scores.append(game.points)
            self.scores.sort()  # expect: sort-in-loop
            print(self.scores[-1])
# --- variant: sorted to a new name
def medians(numbers):
    seen = []
    for number in numbers:
        seen.append(number)
        ordered = sorted(seen)  # expect: sort-in-loop
        yield ordered[len(ordered) // 2]
# --- variant: sorted of the list plus one
def keep_sorted(values):
    out = []
    for value in values:
        out = sorted(out + [value])  # expect: sort-in-loop
    return out
# --- variant: insert and a key
def ranking(stream):
    best = []
    for player in stream:
        best.insert(0, player)
        best.sort(key=lambda one: one.points, reverse=True)  # expect: sort-in-loop
        best = best[:100]
    return best
# --- variant: while loop with a queue of intervals
def book(requests):
    calendar = list()
    while requests:
        request = requests.pop()
        calendar += [(request.start, request.end)]
        calendar.sort()  # expect: sort-in-loop
    return calendar
# --- variant: sorted starred
def running(values):
    ordered = []
    for value in values:
        ordered = sorted([*ordered, value])  # expect: sort-in-loop
        print(ordered[0])
# --- variant: slice assignment
def live(feed):
    prices: list[float] = []
    for tick in feed:
        prices.append(tick.price)
        prices[:] = sorted(prices)  # expect: sort-in-loop
    return prices
# --- variant: helper method sorts
# not found: which list the method of another method sorts is not followed through self
class Queue:
    def __init__(self):
        self.items = []

    def put_all(self, items):
        for item in items:
            self._put(item)

    def _put(self, item):
        self.items.append(item)
        self.items.sort(key=lambda one: one.priority)  # expect: sort-in-loop
# --- variant: async for under a condition
async def collect(stream, limit):
    events = []
    async for event in stream:
        if event.time < limit:
            events.append(event)
            events.sort(key=lambda one: one.time)  # expect: sort-in-loop
    return events
# --- variant: list.sort called through the class
def insert_all(names):
    ordered = []
    for name in names:
        ordered.append(name)
        list.sort(ordered, key=str.lower)  # expect: sort-in-loop
    return ordered
# --- variant: numpy
import numpy as np


def percentiles(samples):
    values = []
    out = []
    for sample in samples:
        values.append(sample)
        out.append(np.sort(values)[int(len(values) * 0.9)])  # expect: sort-in-loop
    return out
# --- variant: extend with one item, try and except
def parse(lines):
    found = []
    for line in lines:
        try:
            found.append(int(line))
        except ValueError:
            continue
        found.sort()  # expect: sort-in-loop
    return found
# --- variant: a list as the value of a dict
def per_city(rows):
    by_city = {}
    for row in rows:
        by_city.setdefault(row.city, []).append(row.amount)
        by_city[row.city].sort()  # expect: sort-in-loop
    return by_city
# --- quiet: anew in each round
def rows(groups):
    out = []
    for group in groups:
        names = [member.name for member in group]
        names.sort()
        out.append(names)
    return out
# --- quiet: after the loop
def collect(rows):
    out = []
    for row in rows:
        out.append(row)
    out.sort()
    return out
# --- quiet: another list is sorted
def report(groups):
    lines = []
    for group in groups:
        lines.append(sorted(group))
    return lines

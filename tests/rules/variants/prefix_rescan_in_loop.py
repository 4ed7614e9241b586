# --- variant: comprehension of running totals
def balances(amounts: list[int]):
    return [sum(amounts[: i + 1]) for i in range(len(amounts))]  # expect: prefix-rescan-in-loop
# --- variant: enumerate, what was before
def first_seen(rows):
    rows = list(rows)
    return [row for number, row in enumerate(rows) if row not in rows[:number]]  # expect: prefix-rescan-in-loop
# --- variant: what is left, in a while
def leaders(values: list):
    i = 0
    out = []
    while i < len(values):
        if values[i] >= max(values[i:]):  # expect: prefix-rescan-in-loop
            out.append(values[i])
        i += 1
    return out
# --- variant: generator over an index range
def running(prices):
    for day in range(1, len(prices)):
        yield sum(prices[j] for j in range(day))  # expect: prefix-rescan-in-loop
# --- variant: mean of numpy slices
import numpy as np


def means(samples):
    samples = np.array(samples)
    out = []
    for n in range(1, len(samples) + 1):
        out.append(samples[:n].mean())  # expect: prefix-rescan-in-loop
    return out
# --- variant: attribute of the object and both ends
class Series:
    def __init__(self, values):
        self.values = list(values)

    def pivot(self):
        for i in range(len(self.values)):
            if sum(self.values[:i]) == sum(self.values[i + 1 :]):  # expect: prefix-rescan-in-loop
                return i
        return -1
# --- variant: statistics
import statistics


def medians(values: list):
    for end in range(1, len(values) + 1):
        print(statistics.mean(values[:end]))  # expect: prefix-rescan-in-loop
# --- variant: any with a slice
def is_new(events: list):
    flags = []
    for i, event in enumerate(events):
        flags.append(not any(other.key == event.key for other in events[:i]))  # expect: prefix-rescan-in-loop
    return flags
# --- variant: count in what was before
def numbered(names: list[str]):
    out = []
    for i, name in enumerate(names):
        out.append(f"{name}-{names[:i].count(name)}")  # expect: prefix-rescan-in-loop
    return out
# --- variant: Counter of the prefix
from collections import Counter


def modes(votes):
    votes = list(votes)
    for i in range(len(votes)):
        yield Counter(votes[: i + 1]).most_common(1)[0]  # expect: prefix-rescan-in-loop
# --- variant: joined prefix in a loop with a counter by hand
# not found: parts are few by their name
def paths(parts):
    parts = list(parts)
    number = 0
    for part in parts:
        number += 1
        print(part, sum(len(one) for one in parts[:number]))  # expect: prefix-rescan-in-loop
# --- variant: list that grows and is summed
def totals(amounts):
    seen = []
    out = []
    for amount in amounts:
        seen.append(amount)
        out.append(sum(seen))  # expect: prefix-rescan-in-loop
    return out
# --- variant: minimum of the rest in a map
def best_later(prices: list):
    return list(map(lambda i: max(prices[i:]) - prices[i], range(len(prices))))  # expect: prefix-rescan-in-loop
# --- variant: pandas iloc
import pandas as pd


def cumulative(path):
    frame = pd.read_csv(path)
    out = []
    for i in range(len(frame)):
        out.append(frame["sold"].iloc[: i + 1].sum())  # expect: prefix-rescan-in-loop
    return out
# --- quiet: a window
def smooth(values):
    return [sum(values[i : i + 7]) / 7 for i in range(len(values) - 7)]
# --- quiet: carried along
def balances(amounts):
    total = 0
    for amount in amounts:
        total += amount
        yield total
# --- quiet: a slice that stays the same
def top(rows, n):
    best = max(rows[:n])
    return [row for row in rows if row > best]

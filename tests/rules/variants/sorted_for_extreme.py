# --- variant: unpacking of the first
def cheapest(offers):
    best, *_ = sorted(offers, key=lambda offer: offer.price)  # expect: sorted-for-extreme
    return best
# --- variant: sort in place, then the last
# not found: a sort in place may be wanted for what comes later
def latest(entries):
    entries = list(entries)
    entries.sort(key=lambda entry: entry.time)  # expect: sorted-for-extreme
    return entries[-1]
# --- variant: by way of a name and two ends
def spread(values):
    ordered = sorted(values)  # expect: sorted-for-extreme
    return ordered[-1] - ordered[0]
# --- variant: reverse, then first attribute
def newest(folder):
    return sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[0].name  # expect: sorted-for-extreme
# --- variant: slice of the last ones
def slowest(calls):
    return sorted(calls, key=lambda call: call.seconds)[-5:]  # expect: sorted-for-extreme
# --- variant: next of iter of reversed
def biggest(files):
    return next(iter(reversed(sorted(files))))  # expect: sorted-for-extreme
# --- variant: pop of zero
def first(names):
    return sorted(names).pop(0)  # expect: sorted-for-extreme
# --- variant: islice
from itertools import islice


def top(words, counts):
    return list(islice(sorted(words, key=counts.get, reverse=True), 3))  # expect: sorted-for-extreme
# --- variant: break after the first
def winner(players):
    for player in sorted(players, key=lambda player: -player.points):  # expect: sorted-for-extreme
        return player
    return None
# --- variant: list around, in a method, negative one
# not found: tags are few by their name
class Versions:
    def __init__(self, tags):
        self.tags = tags

    @property
    def latest(self):
        return list(sorted(self.tags, key=lambda tag: tag.split(".")))[-1]  # expect: sorted-for-extreme
# --- variant: dict items by value, then key
def most_common(counts: dict):
    return sorted(counts.items(), key=lambda pair: pair[1])[-1][0]  # expect: sorted-for-extreme
# --- variant: numpy sort
import numpy as np


def smallest(values):
    return np.sort(values)[0]  # expect: sorted-for-extreme
# --- variant: pandas sort_values head one
import pandas as pd


def best_row(path):
    frame = pd.read_csv(path)
    return frame.sort_values("score", ascending=False).iloc[0]  # expect: sorted-for-extreme
# --- variant: walrus with a guard
def oldest(people):
    if (ordered := sorted(people, key=lambda one: one.born)):  # expect: sorted-for-extreme
        return ordered[0]
    return None
# --- quiet: the middle
def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
# --- quiet: ends and all
def show(values):
    ordered = sorted(values)
    print(ordered[0])
    return ordered
# --- quiet: min
def cheapest(offers):
    return min(offers, key=lambda offer: offer.price)
# --- quiet: many from one end
def page(rows, size):
    return sorted(rows)[:size]

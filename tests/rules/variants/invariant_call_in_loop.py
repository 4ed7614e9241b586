# --- variant: sum in a comprehension
def shares(amounts):
    amounts = list(amounts)
    return [amount / sum(amounts) for amount in amounts]  # expect: invariant-call-in-loop
# --- variant: method over an attribute
class Scaler:
    def __init__(self, values):
        self.values = list(values)

    def scaled(self):
        out = []
        for value in self.values:
            out.append((value - min(self.values)) / 10)  # expect: invariant-call-in-loop
        return out
# --- variant: maximum in the condition of a while
def fill(limits, start):
    limits = sorted(limits)
    while start < max(limits):  # expect: invariant-call-in-loop
        start += 1
    return start
# --- variant: config read in the loop
import json
from pathlib import Path


def convert(rows):
    for row in rows:
        rates = json.loads(Path("rates.json").read_text())  # expect: invariant-call-in-loop
        yield row["amount"] * rates["EUR"]
# --- variant: length of a list built for it
def progress(files, total_files):
    for number, file in enumerate(files):
        print(f"{number} of {len([f for f in total_files if f.size])}: {file}")  # expect: invariant-call-in-loop
# --- variant: statistics imported by name
from statistics import mean, stdev


def z_scores(samples: list[float]):
    return {sample: (sample - mean(samples)) / stdev(samples) for sample in samples}  # expect: invariant-call-in-loop
# --- variant: numpy mean
import numpy as np


def centred(values):
    values = np.asarray(values)
    out = []
    for value in values:
        out.append(value - np.mean(values))  # expect: invariant-call-in-loop
    return out
# --- variant: set of the whole text in a generator
# not found: the second one stands under a condition: low confidence
def words_in(text, words):
    for word in words:
        if word in set(text.lower().split()):  # expect: invariant-call-in-loop
            yield word
        elif len(set(text)) > 3:  # expect: invariant-call-in-loop
            yield None
# --- variant: a recursive pure helper of the file
# not found: whether a function of the file only computes is not asked
def factorial(n):
    result = 1
    for number in range(2, n + 1):
        result *= number
    return result


def probabilities(n, outcomes):
    return [outcome / factorial(n) for outcome in outcomes]  # expect: invariant-call-in-loop
# --- variant: sorted in the body
# not found: that is lookup-rebuilt-in-loop, which finds it
def ranks(scores, players):
    for player in players:
        place = sorted(scores, reverse=True).index(player.score)  # expect: invariant-call-in-loop
        print(place, player)
# --- variant: hash of the same salt
import hashlib


def tokens(names, secret):
    for name in names:
        digest = hashlib.sha256(secret).hexdigest()  # expect: invariant-call-in-loop
        yield f"{name}:{digest}"
# --- variant: max by attribute, async
async def bars(stream, rows):
    async for row in stream:
        width = max(other.amount for other in rows)  # expect: invariant-call-in-loop
        yield "#" * int(40 * row.amount / width)
# --- variant: method of the frame
import pandas as pd


def normalise(path, values):
    frame = pd.read_csv(path)
    out = []
    for value in values:
        out.append(value / frame["amount"].sum())  # expect: invariant-call-in-loop
    return out
# --- variant: lambda in map
def percentages(counts: dict):
    return dict(map(lambda pair: (pair[0], 100 * pair[1] / sum(counts.values())), counts.items()))  # expect: invariant-call-in-loop
# --- variant: text split in the test of the loop
def find(text, wanted):
    line = 0
    while line < len(text.splitlines()):  # expect: invariant-call-in-loop
        if wanted.next_in(line):
            return line
        line += 1
    return None
# --- quiet: the list grows
def totals(values):
    seen = []
    for value in values:
        seen.append(value)
        print(sum(seen))
# --- quiet: sum of the row
def sums(rows):
    return [sum(row) for row in rows]
# --- quiet: max of two numbers
def capped(values, low, high):
    return [min(max(low, high), value) for value in values]
# --- quiet: before the loop
def shares(amounts):
    total = sum(amounts)
    return [amount / total for amount in amounts]

# --- variant: dict comprehension over a set
def histogram(words: list[str]):
    return {word: words.count(word) for word in set(words)}  # expect: list-count-in-loop
# --- variant: duplicates by a condition
def duplicates(rows):
    names = [row.name for row in rows]
    out = []
    for name in names:
        if names.count(name) > 1 and name not in out:  # expect: list-count-in-loop
            out.append(name)
    return out
# --- variant: most common by max with key
def mode(values):
    values = list(values)
    return max(set(values), key=values.count)  # expect: list-count-in-loop
# --- variant: sort by frequency with lambda
def by_frequency(path):
    tokens = open(path).read().split()
    return sorted(set(tokens), key=lambda token: -tokens.count(token))  # expect: list-count-in-loop
# --- variant: map with the bound method
def counts(items, wanted):
    items = sorted(items)
    return list(map(items.count, wanted))  # expect: list-count-in-loop
# --- variant: attribute in a method
class Poll:
    def __init__(self):
        self.votes = []

    def vote(self, party):
        self.votes.append(party)

    def result(self, parties):
        for party in parties:
            print(party, self.votes.count(party))  # expect: list-count-in-loop
# --- variant: any over all items
def has_duplicates(numbers: list):
    return any(numbers.count(number) > 1 for number in numbers)  # expect: list-count-in-loop
# --- variant: operator countOf
from operator import countOf


def tally(labels, classes):
    seen = [label.lower() for label in labels]
    result = {}
    for name in classes:
        result[name] = countOf(seen, name)  # expect: list-count-in-loop
    return result
# --- variant: while loop and tuple unpacking
def score(left, right):
    left, right = sorted(left), sorted(right)
    total = 0
    position = 0
    while position < len(left):
        total += left[position] * right.count(left[position])  # expect: list-count-in-loop
        position += 1
    return total
# --- variant: tuple
def weights(samples):
    labels = tuple(sample.label for sample in samples)
    return [1 / labels.count(sample.label) for sample in samples]  # expect: list-count-in-loop
# --- variant: list of a column from a frame
import pandas as pd


def report(path):
    cities = pd.read_csv(path).city.to_list()
    for city in sorted(set(cities)):
        print(f"{city}: {cities.count(city)}")  # expect: list-count-in-loop
# --- variant: generator with a helper's list
def names_in(folder):
    found = []
    for path in folder.rglob("*"):
        found.append(path.name)
    return found


def clashes(folder):
    names = names_in(folder)
    yield from (name for name in names if names.count(name) > 1)  # expect: list-count-in-loop
# --- quiet: characters of each line
def commas(lines):
    return [line.count(",") for line in lines]
# --- quiet: Counter
from collections import Counter


def histogram(words):
    counts = Counter(words)
    return {word: counts[word] for word in counts}
# --- quiet: a queryset
def totals(groups):
    return [group.members.count() for group in groups]
# --- quiet: the same value each time on another list
def ones(rows):
    return [row.count(1) for row in rows]

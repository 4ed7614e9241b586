# --- variant: set inside a comprehension's condition
def fresh(old, new):
    return [row for row in new if row.id not in {other.id for other in old}]  # expect: lookup-rebuilt-in-loop
# --- variant: a dict by a helper comprehension, method
class Matcher:
    def __init__(self, customers):
        self.customers = customers

    def names(self, orders):
        for order in orders:
            names = {customer.id: customer.name for customer in self.customers}  # expect: lookup-rebuilt-in-loop
            yield names.get(order.customer_id, "?")
# --- variant: lambda in filter
def unpaid(orders, payments):
    return list(filter(lambda order: order.id not in set(payments), orders))  # expect: lookup-rebuilt-in-loop
# --- variant: map and list
def known(rows, users):
    hits = 0
    for row in rows:
        if row.user in list(map(str, users)):  # expect: lookup-rebuilt-in-loop
            hits += 1
    return hits
# --- variant: dict of zip, then subscript
def translate(words, source, target):
    out = []
    for word in words:
        out.append(dict(zip(source, target))[word])  # expect: lookup-rebuilt-in-loop
    return out
# --- variant: frozenset in a while loop
def next_free(taken):
    number = 1
    while number in frozenset(taken):  # expect: lookup-rebuilt-in-loop
        number += 1
    return number
# --- variant: set of a split text
def clean(words, stopwords_text):
    for word in words:
        if word not in set(stopwords_text.split()):  # expect: lookup-rebuilt-in-loop
            yield word
# --- variant: set operations on a set made anew
def overlaps(groups, members):
    counts = []
    for group in groups:
        counts.append(len(set(members).intersection(group)))  # expect: lookup-rebuilt-in-loop
    return counts
# --- variant: async function, walrus
async def check(stream, allowed):
    async for message in stream:
        if message.sender in (names := {user.name for user in allowed}):  # expect: lookup-rebuilt-in-loop
            print(message.sender, len(names))
# --- variant: sorted and bisect
import bisect


def grades(scores, limits):
    for score in scores:
        yield bisect.bisect(sorted(limits), score)  # expect: lookup-rebuilt-in-loop
# --- variant: list of dict values in a choice
import random


def assign(tasks, workers):
    plan = {}
    for task in tasks:
        plan[task] = random.choice(list(workers.values()))  # expect: lookup-rebuilt-in-loop
    return plan
# --- variant: Counter of a fixed list
from collections import Counter


def expected(words, corpus):
    return [Counter(corpus)[word] for word in words]  # expect: lookup-rebuilt-in-loop
# --- variant: set difference by operator
def missing(required, records):
    for record in records:
        absent = set(required) - record.keys()  # expect: lookup-rebuilt-in-loop
        if absent:
            print(record, absent)
# --- variant: nested function called in the loop builds it
def label(rows, categories):
    def name_of(code):
        return {category.code: category.name for category in categories}[code]  # expect: lookup-rebuilt-in-loop

    return [name_of(row.code) for row in rows]
# --- quiet: built from the row
def flags(rows, wanted):
    return [wanted in set(row.tags) for row in rows]
# --- quiet: a constant set, which the compiler keeps
def vowels(text):
    return sum(1 for char in text if char in {"a", "e", "i", "o", "u"})
# --- quiet: built before
def unpaid(orders, payments):
    paid = set(payments)
    return [order for order in orders if order.id not in paid]
# --- quiet: it is changed and kept
def states(rows, base):
    out = []
    for row in rows:
        state = set(base)
        state.add(row)
        out.append(state)
    return out

# --- variant: generator in a sum
def total(invoices):
    return sum(invoice.amount for invoice in sorted(invoices) if invoice.paid)  # expect: sort-before-filter
# --- variant: continue first
def report(rows):
    for row in sorted(rows, key=lambda row: row.date):  # expect: sort-before-filter
        if not row.active:
            continue
        print(row.date, row.name)
# --- variant: filter with None and a key
def filled(values):
    return list(filter(None, sorted(values)))  # expect: sort-before-filter
# --- variant: by way of a name
def top(players):
    ranked = sorted(players, key=lambda player: player.points, reverse=True)  # expect: sort-before-filter
    return [player for player in ranked if player.country == "NL"]
# --- variant: sorted in place before the filter
# not found: a sort in place is no expression that could be moved
def recent(entries, since):
    entries = list(entries)
    entries.sort(key=lambda entry: entry.time)  # expect: sort-before-filter
    return [entry for entry in entries if entry.time >= since]
# --- variant: if around the whole body
def export(orders, writer):
    for order in sorted(orders, key=lambda order: order.number):  # expect: sort-before-filter
        if order.status == "open":
            writer.writerow(order.values())
            writer.flush()
# --- variant: dict items with unpacking
def listed(counts):
    return {word: n for word, n in sorted(counts.items(), key=lambda pair: -pair[1]) if n > 1}  # expect: sort-before-filter
# --- variant: filterfalse
from itertools import filterfalse


def visible(names):
    return list(filterfalse(lambda name: name.startswith("."), sorted(names)))  # expect: sort-before-filter
# --- variant: enumerate around
def ranked(rows):
    return [(row, row.points) for row in reversed(sorted(rows)) if row.valid]  # expect: sort-before-filter
# --- variant: pandas sort_values then a mask
import pandas as pd


def late(path):
    orders = pd.read_csv(path)
    return orders.sort_values("due").query("days > 30")  # expect: sort-before-filter
# --- variant: method, walrus in the condition
class Store:
    def __init__(self, rows):
        self.rows = [row for row in rows]

    def matching(self, pattern):
        return [hit.group(1) for row in sorted(self.rows) if (hit := pattern.match(row))]  # expect: sort-before-filter
# --- variant: files of a folder, async
from pathlib import Path


async def send(folder: Path, client):
    for path in sorted(folder.rglob("*")):  # expect: sort-before-filter
        if path.suffix == ".log":
            await client.send(path)
# --- variant: set comprehension afterwards with isinstance
def numbers(values):
    return tuple(value for value in sorted(values, key=str) if isinstance(value, int))  # expect: sort-before-filter
# --- quiet: not seen before
def unique(rows):
    seen = set()
    out = []
    for row in sorted(rows):
        if row.key in seen:
            continue
        seen.add(row.key)
        out.append(row)
    return out
# --- quiet: filter first
def total(invoices):
    return sorted(invoice for invoice in invoices if invoice.paid)
# --- quiet: the condition is on the place
def every_second(rows):
    return [row for number, row in enumerate(sorted(rows)) if number % 2]

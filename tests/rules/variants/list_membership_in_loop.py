# --- variant: seen list in a generator
def unique(rows):
    seen = []
    for row in rows:
        if row.key in seen:  # expect: list-membership-in-loop
            continue
        seen.append(row.key)
        yield row
# --- variant: list attribute filled in the constructor
class Filter:
    def __init__(self, path):
        with open(path) as file:
            self.blocked = [line.strip() for line in file]

    def apply(self, addresses):
        return [address for address in addresses if address not in self.blocked]  # expect: list-membership-in-loop
# --- variant: module constant read from a file
STOPWORDS = open("stopwords.txt").read().split()


def keywords(words):
    for word in words:
        if word.lower() not in STOPWORDS:  # expect: list-membership-in-loop
            yield word
# --- variant: operator.contains
import operator


def known(customers, numbers):
    ids = [customer.id for customer in customers]
    hits = 0
    for number in numbers:
        if operator.contains(ids, number):  # expect: list-membership-in-loop
            hits += 1
    return hits
# --- variant: dunder method in a filter with lambda
def missing(old, new):
    names = sorted(entry.name for entry in old)
    return list(filter(lambda entry: entry.name not in names, new))  # expect: list-membership-in-loop
# --- variant: list from a helper function of the same file
def load_ids(cursor):
    cursor.execute("select id from orders")
    return [row[0] for row in cursor.fetchall()]


def unpaid(cursor, payments):
    ids = load_ids(cursor)
    for payment in payments:
        if payment.order_id not in ids:  # expect: list-membership-in-loop
            print(payment)
# --- variant: typing annotation of an argument
from typing import List


def intersect(left: List[int], right: List[int]) -> List[int]:
    both = []
    for value in left:
        if value in right:  # expect: list-membership-in-loop
            both.append(value)
    return both
# --- variant: column to list
import pandas as pd


def check(path, codes):
    valid = pd.read_csv(path)["code"].tolist()
    return {code: code in valid for code in codes}  # expect: list-membership-in-loop
# --- variant: while loop with a candidate number
def free_names(taken, wanted):
    used = list(taken)
    for name in wanted:
        number = 1
        candidate = name
        while candidate in used:  # expect: list-membership-in-loop
            number += 1
            candidate = f"{name}-{number}"
        used.append(candidate)
    return used
# --- variant: a tuple made of a generator
def flag(rows, vip_rows):
    vips = tuple(row["customer"] for row in vip_rows)
    for row in rows:
        row["vip"] = True if row["customer"] in vips else False  # expect: list-membership-in-loop
    return rows
# --- variant: async for and a dataclass field
from dataclasses import dataclass, field


@dataclass
class Deduplicator:
    handled: list[str] = field(default_factory=list)

    async def run(self, queue):
        async for message in queue:
            if message.id in self.handled:  # expect: list-membership-in-loop
                await message.ack()
                continue
            self.handled.append(message.id)
# --- variant: list of dict keys, comprehension with nested condition
def orphans(parents, children):
    parent_ids = list(map(lambda parent: parent["id"], parents))
    return [child for child in children if child["active"] and child["parent"] not in parent_ids]  # expect: list-membership-in-loop
# --- variant: any over a loop in a while
def first_free(ports):
    busy = []
    for port in ports:
        busy += [port.number]
    number = 1024
    while True:
        if number not in busy:  # expect: list-membership-in-loop
            return number
        number += 1
# --- quiet: a set
def unique(rows):
    seen = set()
    for row in rows:
        if row.key in seen:
            continue
        seen.add(row.key)
        yield row
# --- quiet: a handful of constants
def images(files):
    suffixes = [".png", ".jpg", ".gif"]
    return [file for file in files if file.suffix in suffixes]
# --- quiet: a word in a text
def mentions(lines, word):
    return [line for line in lines if word in line.lower()]
# --- quiet: a few options split from a constant
def allowed(requests):
    methods = "GET HEAD POST".split()
    return [request for request in requests if request.method in methods]

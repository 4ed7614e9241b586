# --- variant: generator of lists
def all_lines(orders):
    return sum((order.lines for order in orders), [])  # expect: sum-of-lists
# --- variant: start by keyword
def flat(groups):
    return sum(groups, start=[])  # expect: sum-of-lists
# --- variant: tuples of a map
def names(rows):
    return sum(map(tuple, rows), ())  # expect: sum-of-lists
# --- variant: reduce with operator add under another name
# not found: without a start, numbers may be meant
import functools as ft
import operator as op


def flatten(lists):
    return ft.reduce(op.add, lists)  # expect: sum-of-lists
# --- variant: reduce with concat
# not found: parts are few by their name
from functools import reduce
from operator import concat


def joined(parts):
    return reduce(concat, parts, [])  # expect: sum-of-lists
# --- variant: list() as the start
def children(nodes):
    return sum([node.children for node in nodes], list())  # expect: sum-of-lists
# --- variant: an accumulator passed as the start
class Tree:
    def __init__(self, parts):
        self.parts = parts

    def leaves(self):
        return sum((part.leaves() for part in self.parts), [self])  # expect: sum-of-lists
# --- variant: lambda with starred lists
from functools import reduce


def merged(pages):
    return reduce(lambda all_rows, page: [*all_rows, *page], pages, [])  # expect: sum-of-lists
# --- variant: dict values
def every_member(groups: dict):
    return set(sum(groups.values(), []))  # expect: sum-of-lists
# --- variant: lambda that adds an attribute
from functools import reduce


def orders(customers):
    return reduce(lambda so_far, customer: so_far + customer.orders, customers, [])  # expect: sum-of-lists
# --- variant: accumulate and last
from itertools import accumulate


def flat_rows(rows):
    *_, last = accumulate(rows, lambda left, right: left + right, initial=[])  # expect: sum-of-lists
    return last
# --- variant: sum with a comprehension of splits, len around
def words(lines):
    return len(sum([line.split() for line in lines], []))  # expect: sum-of-lists
# --- variant: numpy lists in an async function
async def gather(tasks):
    results = [await task for task in tasks]
    return sum(results, [])  # expect: sum-of-lists
# --- variant: start is a named empty list
def flat_named(groups):
    empty = []
    return sum(groups, empty)  # expect: sum-of-lists
# --- quiet: numbers
def total(rows):
    return sum((row.amount for row in rows), 0)
# --- quiet: two lists
def both(left, right):
    return left + right
# --- quiet: chain
from itertools import chain


def flat(groups):
    return list(chain.from_iterable(groups))

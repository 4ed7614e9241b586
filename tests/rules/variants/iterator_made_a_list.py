# --- variant: sum of a list comprehension's map
def total(values):
    return sum(list(map(int, values)))  # expect: iterator-made-a-list
# --- variant: product under another name
import itertools as it


def grid(width, height):
    for x, y in list(it.product(range(width), range(height))):  # expect: iterator-made-a-list
        print(x, y)
# --- variant: tuple of a range
def squares(n):
    for number in tuple(range(n)):  # expect: iterator-made-a-list
        yield number * number
# --- variant: enumerate in a method
class Sheet:
    def __init__(self, rows):
        self.rows = rows

    def show(self):
        for number, row in list(enumerate(self.rows)):  # expect: iterator-made-a-list
            print(number, row)
# --- variant: by way of a name used once
from itertools import combinations


def closest(points):
    pairs = list(combinations(points, 2))  # expect: iterator-made-a-list
    best = None
    for a, b in pairs:
        distance = abs(a - b)
        if best is None or distance < best:
            best = distance
    return best
# --- variant: any with a list of filter
def has_even(numbers):
    return any(list(filter(lambda number: number % 2 == 0, numbers)))  # expect: iterator-made-a-list
# --- variant: join of a list of map is fine, max is not
def longest(words):
    return max(list(map(len, words)))  # expect: iterator-made-a-list
# --- variant: comprehension over a list of zip
def differences(left, right):
    return [a - b for a, b in list(zip(left, right))]  # expect: iterator-made-a-list
# --- variant: starred display
def walk(rows):
    for row in [*map(str.strip, rows)]:  # expect: iterator-made-a-list
        print(row)
# --- variant: list comprehension of ones in all
def valid(rows):
    return all([row.valid for row in rows])  # expect: iterator-made-a-list
# --- variant: set of a list of generator
def cities(people):
    return set(list(person.city for person in people))  # expect: iterator-made-a-list
# --- variant: generator function of the same file
def numbers(path):
    with open(path) as file:
        for line in file:
            yield int(line)


def total_of(path):
    return sum(list(numbers(path)))  # expect: iterator-made-a-list
# --- variant: chain in an async function
from itertools import chain


async def send(groups, client):
    for member in list(chain.from_iterable(groups)):  # expect: iterator-made-a-list
        await client.send(member)
# --- variant: dict items
# not found: the copy may be there because what the loop calls, or another thread, changes the dict
def report(table: dict):
    for key, value in list(table.items()):  # expect: iterator-made-a-list
        print(key, value)
# --- quiet: the loop changes the dict
def prune(table: dict):
    for key in list(table.keys()):
        if key.startswith("_"):
            del table[key]
# --- quiet: gone through twice
from itertools import combinations


def both(points):
    pairs = list(combinations(points, 2))
    return len(pairs), sum(a * b for a, b in pairs)
# --- quiet: the list is kept
def rows(values):
    return list(map(int, values))

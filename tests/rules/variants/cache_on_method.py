# --- variant: module functools, bound None by keyword
import functools


class Report:
    @functools.lru_cache(maxsize=None)  # expect: cache-on-method
    def total(self):
        return sum(self.rows())

    def rows(self):
        return range(10)
# --- variant: positional None
from functools import lru_cache


class Shop:
    @lru_cache(None)  # expect: cache-on-method
    def price(self, article):
        return self.load(article)
# --- variant: under another name
from functools import cache as remember


class Page:
    @remember  # expect: cache-on-method
    def links(self):
        return list(self.parse())
# --- variant: a property on top
import functools


class Image:
    @property
    @functools.cache  # expect: cache-on-method
    def histogram(self):
        return [0] * 256
# --- variant: a partial with a name
from functools import lru_cache

memo = lru_cache(maxsize=None)


class Solver:
    @memo  # expect: cache-on-method
    def solve(self, state):
        return self.expand(state)
# --- variant: assigned in the class body
from functools import cache


class Matrix:
    def _inverse(self):
        return [row[::-1] for row in self.rows]

    inverse = cache(_inverse)  # expect: cache-on-method
# --- variant: wrapped in the constructor keeps the object
# not found: this cache is the object's own, and goes away with it: that is the better way
from functools import lru_cache


class Client:
    def __init__(self):
        self.fetch = lru_cache(maxsize=None)(self._fetch)  # expect: cache-on-method

    def _fetch(self, key):
        return key.upper()
# --- variant: frozen dataclass
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Order:
    lines: tuple

    @cache  # expect: cache-on-method
    def total(self):
        return sum(line.price for line in self.lines)
# --- variant: class inside a function, async helper
import functools as ft


def make(rows):
    class View:
        @ft.cache  # expect: cache-on-method
        def column(self, name):
            return [row[name] for row in rows]

    return View()
# --- variant: dunder method
from functools import cache


class Lazy:
    @cache  # expect: cache-on-method
    def __len__(self):
        return len(list(self.items()))
# --- variant: a decorator of cachetools without bound
from cachetools import cached


class Geo:
    @cached(cache={})  # expect: cache-on-method
    def locate(self, address):
        return self.service.find(address)
# --- variant: first argument by another name
from functools import cache


class Node:
    @cache  # expect: cache-on-method
    def depth(this):
        return 0 if this.parent is None else this.parent.depth() + 1
# --- variant: lambda in the class body
from functools import lru_cache


class Vector:
    norm = lru_cache(maxsize=None)(lambda self: sum(x * x for x in self.values) ** 0.5)  # expect: cache-on-method
# --- quiet: static method
from functools import cache


class Numbers:
    @staticmethod
    @cache
    def primes(limit):
        return [number for number in range(2, limit)]
# --- quiet: cached_property
from functools import cached_property


class Report:
    @cached_property
    def total(self):
        return sum(self.rows())
# --- quiet: a function
from functools import cache


@cache
def square(number):
    return number * number
# --- quiet: an enum
from enum import Enum
from functools import cache


class Colour(Enum):
    RED = 1

    @cache
    def code(self):
        return self.value * 2

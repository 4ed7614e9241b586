# --- variant: method over an attribute
class Registry:
    def __init__(self):
        self.handlers = {}

    def handler(self, name):
        for key, handler in self.handlers.items():  # expect: dict-scan-for-key
            if key == name:
                return handler
        raise LookupError(name)
# --- variant: keys, then index
def price(prices: dict, article):
    for key in prices.keys():  # expect: dict-scan-for-key
        if key == article:
            return prices[key]
    return None
# --- variant: continue where it differs
def update(table: dict[str, int], name, amount):
    for key, value in table.items():  # expect: dict-scan-for-key
        if key != name:
            continue
        table[key] = value + amount
        break
# --- variant: next with a generator
def lookup(codes, wanted):
    table = dict(codes)
    return next((value for key, value in table.items() if key == wanted), None)  # expect: dict-scan-for-key
# --- variant: item tuple with subscripts
# not found: settings are few by their name
def find(settings, name):
    for item in settings.items():  # expect: dict-scan-for-key
        if item[0] == name:
            return item[1]
# --- variant: any over the keys
# not found: headers are few by their name
def has(headers: dict, name):
    return any(key == name for key in headers.keys())  # expect: dict-scan-for-key
# --- variant: comprehension with two conditions
def values(rows, name):
    table = {row.name: row.value for row in rows}
    return [value for key, value in table.items() if key == name and value > 0]  # expect: dict-scan-for-key
# --- variant: the wanted key is on the left
def owner_of(owners: dict[int, str], number: int):
    owner = None
    for ident, name in owners.items():  # expect: dict-scan-for-key
        if number == ident:
            owner = name
    return owner
# --- variant: a flag for found
def contains(stock: dict, wanted):
    found = False
    for article in stock:  # expect: dict-scan-for-key
        if article == wanted:
            found = True
            break
    return found
# --- variant: filter with a lambda
def entry(table: dict, wanted):
    matches = list(filter(lambda pair: pair[0] == wanted, table.items()))  # expect: dict-scan-for-key
    return matches[0][1] if matches else None
# --- variant: json document in an async function
import json


async def field(response, wanted):
    for name, value in json.loads(await response.text()).items():  # expect: dict-scan-for-key
        if name == wanted:
            return value
    return None
# --- variant: defaultdict, else branch
from collections import defaultdict


def amounts(rows, city):
    by_city = defaultdict(list)
    for row in rows:
        by_city[row.city].append(row.amount)
    for name, entries in by_city.items():  # expect: dict-scan-for-key
        if name == city:
            return sum(entries)
    else:
        return 0
# --- quiet: by value
def name_of(codes: dict, wanted):
    for name, code in codes.items():
        if code == wanted:
            return name
# --- quiet: by a part of the key
def section(settings: dict, name):
    return {key: value for key, value in settings.items() if key.split(".")[0] == name}
# --- quiet: all but one
def without(table: dict, name):
    return {key: value for key, value in table.items() if key != name}
# --- quiet: another key for each item
def same(left: dict):
    return [key for key, value in left.items() if key == value]


# --- quiet: the key that is there knows its line in the file
def place_of(node: dict, wanted):
    for key in node:
        if key == wanted:
            return line_of(key)
    return None

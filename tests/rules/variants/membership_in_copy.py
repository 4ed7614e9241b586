# --- variant: keys as a list, in a condition
def price(prices: dict, name):
    if name in list(prices.keys()):  # expect: membership-in-copy
        return prices[name]
    return None
# --- variant: starred display
def has(users, name):
    return name in [*users]  # expect: membership-in-copy
# --- variant: tuple of a set attribute
class Cache:
    def __init__(self):
        self.known = set()

    def knows(self, key):
        return key in tuple(self.known)  # expect: membership-in-copy
# --- variant: comprehension that changes nothing
def contains(items, wanted):
    return wanted in [item for item in items]  # expect: membership-in-copy
# --- variant: not in sorted
def missing(rows, name):
    return name not in sorted(rows)  # expect: membership-in-copy
# --- variant: by way of a name used once
# not found: the copy goes by way of a name
def check(settings: dict, option):
    names = list(settings)  # expect: membership-in-copy
    if option not in names:
        raise KeyError(option)
    return settings[option]
# --- variant: values
def in_use(ports: dict, number):
    return number in list(ports.values())  # expect: membership-in-copy
# --- variant: a copy by a slice
def listed(queue: list, job):
    return job in queue[:]  # expect: membership-in-copy
# --- variant: copy method
def seen(history: list, item):
    while item in history.copy():  # expect: membership-in-copy
        item = item.next
    return item
# --- variant: reversed into a list
def late(events: list[str], name):
    return name in list(reversed(events))  # expect: membership-in-copy
# --- variant: set made for one look
# not found: a set for one question costs little more than the search
def paid(order, payments):
    return order.id in set(payments)  # expect: membership-in-copy
# --- variant: keys of os.environ in an elif
import os


def mode(default):
    if default:
        return default
    elif "APP_MODE" in list(os.environ.keys()):  # expect: membership-in-copy
        return os.environ["APP_MODE"]
    return "production"
# --- variant: assert in an async test helper, dict comprehension
async def has_header(response, name):
    headers = {key.lower(): value for key, value in response.headers.items()}
    return name.lower() in list(headers)  # expect: membership-in-copy
# --- variant: set of keys
def known(table: dict, key):
    return key in set(table.keys())  # expect: membership-in-copy
# --- quiet: the table itself
def price(prices: dict, name):
    return name in prices
# --- quiet: an iterator that is used up
def chars(reader, wanted):
    rows = list(reader)
    return wanted in rows and rows[0] == wanted
# --- quiet: changed items
def known(names, wanted):
    return wanted in [name.lower() for name in names]
# --- quiet: while the dict changes
def prune(table: dict):
    for key in list(table):
        if key.startswith("_"):
            del table[key]

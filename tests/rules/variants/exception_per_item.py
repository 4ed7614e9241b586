# --- variant: pass in a method
class Index:
    def __init__(self, table):
        self.table = dict(table)

    def hits(self, words):
        total = 0
        for word in words:
            try:
                total += self.table[word]
            except KeyError:  # expect: exception-per-item
                pass
        return total
# --- variant: continue
def prices(articles, table: dict):
    out = []
    for article in articles:
        try:
            out.append(table[article.name])
        except KeyError:  # expect: exception-per-item
            continue
    return out
# --- variant: count with a start in the handler
def histogram(words):
    counts = {}
    for word in words:
        try:
            counts[word] += 1
        except KeyError:  # expect: exception-per-item
            counts[word] = 1
    return counts
# --- variant: attribute that may be missing
def labels(nodes):
    for node in nodes:
        try:
            label = node.label
        except AttributeError:  # expect: exception-per-item
            label = None
        yield label
# --- variant: suppress
from contextlib import suppress


def clean(records):
    for record in records:
        with suppress(KeyError):  # expect: exception-per-item
            del record["password"]
    return records
# --- variant: list of items grouped
def group(rows):
    groups = {}
    for row in rows:
        try:
            groups[row.city].append(row)
        except KeyError:  # expect: exception-per-item
            groups[row.city] = [row]
    return groups
# --- variant: default in the handler, while loop
def walk(parents, node):
    depth = 0
    while node:
        try:
            node = parents[node]
        except KeyError:  # expect: exception-per-item
            node = None
        depth += 1
    return depth
# --- variant: two exceptions in a tuple
# not found: with IndexError it may be a list, which has no get
def values(rows, name):
    result = []
    for row in rows:
        try:
            value = row[name]
        except (KeyError, IndexError):  # expect: exception-per-item
            value = 0
        result.append(value)
    return result
# --- variant: LookupError, async
async def names(stream, table):
    async for key in stream:
        try:
            name = table[key]
        except LookupError:  # expect: exception-per-item
            name = "unknown"
        yield name
# --- variant: nested keys
def cities(people):
    for person in people:
        try:
            yield person["address"]["city"]
        except KeyError:  # expect: exception-per-item
            yield ""
# --- variant: helper function
# not found: a try outside of a loop is read in parts
def weight(table, word):
    try:
        return table[word]
    except KeyError:  # expect: exception-per-item
        return 0


def score(words, table):
    return sum(weight(table, word) for word in words)
# --- variant: pop of a dict
def take(table: dict, names):
    for name in names:
        try:
            table.pop(name)
        except KeyError:  # expect: exception-per-item
            pass
# --- quiet: it is told
def prices(articles, table, log):
    for article in articles:
        try:
            yield table[article]
        except KeyError:
            log.warning("no price for %s", article)
            raise
# --- quiet: once
def setting(table, name):
    try:
        return table[name]
    except KeyError:
        return None
# --- quiet: the body works
def load(paths):
    for path in paths:
        try:
            data = path.read_text()
            yield data.upper()
        except OSError:
            pass

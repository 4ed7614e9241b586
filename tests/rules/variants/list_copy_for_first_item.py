# --- variant: keys of a dict
def oldest(cache: dict):
    return list(cache.keys())[0]  # expect: list-copy-for-first-item
# --- variant: unpacking
def first(rows):
    head, *_ = list(rows)  # expect: list-copy-for-first-item
    return head
# --- variant: comprehension with a condition
def admin(users):
    return [user for user in users if user.admin][0]  # expect: list-copy-for-first-item
# --- variant: tuple of a set in a method
class Pool:
    def __init__(self):
        self.free = set()

    def take(self):
        return tuple(self.free)[0]  # expect: list-copy-for-first-item
# --- variant: by way of a name
def by_name(people, name):
    matches = [person for person in people if person.name == name]  # expect: list-copy-for-first-item
    return matches[0]
# --- variant: filter
def find(orders, number):
    return list(filter(lambda order: order.number == number, orders))[0]  # expect: list-copy-for-first-item
# --- variant: pop of zero
def smallest_key(table: dict):
    return list(table).pop(0)  # expect: list-copy-for-first-item
# --- variant: starred display, last value
def latest(states: dict):
    return [*states.values()][-1]  # expect: list-copy-for-first-item
# --- variant: conditional on emptiness, walrus
# not found: the list is also asked whether it is empty
def maybe(rows, key):
    return found[0] if (found := [row for row in rows if row.key == key]) else None  # expect: list-copy-for-first-item
# --- variant: items in a while loop
def drain(waiting: dict):
    while waiting:
        name, job = list(waiting.items())[0]  # expect: list-copy-for-first-item
        del waiting[name]
        job.run()
# --- variant: map
def header(lines):
    return list(map(str.strip, lines))[0]  # expect: list-copy-for-first-item
# --- variant: next of iter of a list
def some(items):
    return next(iter(list(items)))  # expect: list-copy-for-first-item
# --- variant: slice of one
def first_match(paths):
    return [path for path in paths if path.exists()][:1]  # expect: list-copy-for-first-item
# --- variant: break after the first, async
async def any_open(clients):
    for client in [client for client in clients if client.open]:  # expect: list-copy-for-first-item
        await client.ping()
        break
# --- variant: readlines
def title(path):
    with open(path) as file:
        return file.readlines()[0]  # expect: list-copy-for-first-item
# --- quiet: next
def oldest(cache: dict):
    return next(iter(cache))
# --- quiet: the list is used as well
def report(users):
    admins = [user for user in users if user.admin]
    print(len(admins))
    return admins[0]
# --- quiet: a name's first letter
def initials(names):
    return [name[0] for name in names]

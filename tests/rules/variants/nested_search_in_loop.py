# --- variant: next with a default, method
class Billing:
    def __init__(self, customers):
        self.customers = list(customers)

    def bills(self, orders):
        for order in orders:
            customer = next((c for c in self.customers if c.id == order.customer_id), None)  # expect: nested-search-in-loop
            yield order, customer
# --- variant: break and else
def match(payments, invoices):
    for payment in payments:
        for invoice in invoices:  # expect: nested-search-in-loop
            if invoice.number == payment.reference:
                invoice.paid = True
                break
        else:
            print("no invoice for", payment)
# --- variant: early continue
def join(left, right):
    out = []
    for a in left:
        for b in right:  # expect: nested-search-in-loop
            if a["id"] != b["id"]:
                continue
            out.append({**a, **b})
    return out
# --- variant: one comprehension with two loops
def pairs(users, roles):
    return [(user, role) for user in users for role in roles if role.id == user.role_id]  # expect: nested-search-in-loop
# --- variant: any in a condition
def without(old, new):
    return [row for row in old if not any(row.id == other.id for other in new)]  # expect: nested-search-in-loop
# --- variant: filter with a lambda
def amounts(customers, orders):
    result = {}
    for customer in customers:
        mine = list(filter(lambda order: order.customer == customer.id, orders))  # expect: nested-search-in-loop
        result[customer.id] = sum(order.amount for order in mine)
    return result
# --- variant: index loops
# not found: equal items of one list are told by another rule only where they are looked for
def duplicates(rows):
    found = []
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):  # expect: nested-search-in-loop
            if rows[i] == rows[j]:
                found.append((i, j))
    return found
# --- variant: list comprehension and first item
def enrich(events, sessions):
    for event in events:
        session = [s for s in sessions if s["key"] == event["session"]][0]  # expect: nested-search-in-loop
        event["user"] = session["user"]
    return events
# --- variant: helper function that searches
# not found: the search and the loop are in two functions
def find_user(users, ident):
    for user in users:  # expect: nested-search-in-loop
        if user.id == ident:
            return user
    return None


def authors(posts, users):
    return [find_user(users, post.author_id) for post in posts]
# --- variant: sum of the matching ones in a dict comprehension
def totals(cities, sales):
    return {city: sum(sale.amount for sale in sales if sale.city == city) for city in cities}  # expect: nested-search-in-loop
# --- variant: while loop outside, name compared by a local
def resolve(names, records):
    names = list(names)
    while names:
        name = names.pop()
        for record in records:  # expect: nested-search-in-loop
            if record.name == name:
                print(record.value)
                break
# --- variant: the key in a local variable, async
async def notify(messages, users):
    async for message in messages:
        wanted = message.recipient
        for user in users:  # expect: nested-search-in-loop
            if user.email == wanted:
                await user.send(message)
# --- variant: two conditions joined by and
def reconcile(ledger, statements):
    open_entries = []
    for entry in ledger:
        hit = False
        for line in statements:  # expect: nested-search-in-loop
            if line.date == entry.date and line.amount == entry.amount:
                hit = True
        if not hit:
            open_entries.append(entry)
    return open_entries
# --- quiet: the inner list belongs to the outer item
def lines(orders, article):
    return [line for order in orders for line in order.lines if line.article == article]
# --- quiet: a dict
def join(left, right):
    by_id = {b["id"]: b for b in right}
    return [{**a, **by_id[a["id"]]} for a in left if a["id"] in by_id]
# --- quiet: the comparison is no equality
def overlapping(left, right):
    return [(a, b) for a in left for b in right if a.start < b.end and b.start < a.end]

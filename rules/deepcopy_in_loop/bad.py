from copy import deepcopy

BLANK = {"state": "new", "amount": 0, "currency": "EUR", "note": ""}


def new_order():
    return {"state": "new", "lines": [], "customer": {"name": "", "city": ""}}


def run(n=1000):
    invoices = []
    orders = []
    order = new_order()
    for i in range(n):
        invoice = deepcopy(BLANK)  # expect: deepcopy-in-loop
        invoice["amount"] = i
        invoices.append(invoice)
        fresh = deepcopy(order)  # expect: deepcopy-in-loop
        fresh["lines"].append(i)
        orders.append(fresh)
    return invoices, orders

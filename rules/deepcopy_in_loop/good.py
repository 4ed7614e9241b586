BLANK = {"state": "new", "amount": 0, "currency": "EUR", "note": ""}


def new_order():
    return {"state": "new", "lines": [], "customer": {"name": "", "city": ""}}


def run(n=1000):
    invoices = []
    orders = []
    for i in range(n):
        invoice = BLANK.copy()
        invoice["amount"] = i
        invoices.append(invoice)
        fresh = new_order()
        fresh["lines"].append(i)
        orders.append(fresh)
    return invoices, orders

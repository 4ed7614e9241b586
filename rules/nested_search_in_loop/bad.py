def run(n=600):
    customers = [{"id": i * 3, "name": f"customer {i}"} for i in range(n)]
    orders = [{"customer": i % (2 * n), "amount": i} for i in range(n)]

    bills = []
    for order in orders:
        for customer in customers:  # expect: nested-search-in-loop
            if customer["id"] == order["customer"]:
                bills.append((customer["name"], order["amount"]))
    return bills

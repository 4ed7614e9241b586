def run(n=600):
    customers = [{"id": i * 3, "name": f"customer {i}"} for i in range(n)]
    orders = [{"customer": i % (2 * n), "amount": i} for i in range(n)]

    customer_of = {customer["id"]: customer for customer in customers}
    bills = []
    for order in orders:
        customer = customer_of.get(order["customer"])
        if customer is not None:
            bills.append((customer["name"], order["amount"]))
    return bills

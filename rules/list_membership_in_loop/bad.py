def run(n=2000):
    paid = [order * 3 for order in range(n)]

    open_orders = []
    for order in range(n):
        if order not in paid:  # expect: list-membership-in-loop
            open_orders.append(order)
    return open_orders

from queries import all_orders


def lines(session):
    return [f"{order.id}: {order.customer.name}" for order in all_orders(session)]

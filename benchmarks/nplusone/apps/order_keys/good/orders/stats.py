from collections import defaultdict

from .models import Order


def turnover():
    by_customer = defaultdict(int)
    for order in Order.objects.all():
        by_customer[order.customer_id] += order.cents
    return sorted(by_customer.items())


def belongs_to(order, customer_id):
    return order.customer_id == customer_id


def of(customer_id):
    return [order.pk for order in Order.objects.order_by("pk") if belongs_to(order, customer_id)]

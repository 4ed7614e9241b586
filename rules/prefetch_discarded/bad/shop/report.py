from shop.models import Order


def lines():
    result = []
    for order in Order.objects.prefetch_related("items").order_by("pk"):
        dear = order.items.filter(cents__gt=0)
        result.append([item.cents for item in dear])  # expect: prefetch-discarded
    return result

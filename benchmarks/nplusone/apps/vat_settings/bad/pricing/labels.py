from pricing import config
from pricing.models import Product, Setting


def price_labels():
    labels = []
    for product in Product.objects.order_by("pk"):
        currency = Setting.objects.get(key="currency").value  # n+1: same-query-each-round
        vat = int(config.setting("vat", 19))  # n+1: same-query-each-round
        labels.append(f"{product.name}: {product.cents * (100 + vat) // 100} {currency}")
    return labels

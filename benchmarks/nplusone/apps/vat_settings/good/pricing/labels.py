from pricing import config
from pricing.models import Product, Setting


def price_labels():
    labels = []
    currency = Setting.objects.get(key="currency").value
    vat = int(config.setting("vat", 19))
    for product in Product.objects.order_by("pk"):
        labels.append(f"{product.name}: {product.cents * (100 + vat) // 100} {currency}")
    return labels

from functools import cached_property, lru_cache

from config.models import Basket, Product, Rule


@lru_cache(maxsize=1)
def vat():
    return Rule.objects.get(key="vat").factor


class PriceList:
    def __init__(self, basket):
        self.basket = basket

    @cached_property
    def fallback(self):
        return Rule.objects.get(key="other").factor

    def price(self, product):
        factor = self.basket.rules.get(product.rule_key, self.fallback)
        return product.cents * factor * (100 + vat()) // 10000

    def prices(self):
        return {product.name: self.price(product) for product in Product.objects.order_by("pk")}


def prices_of(pk):
    return PriceList(Basket.objects.get(pk=pk)).prices()

import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from stock.models import Article
from stock.pricelist import apply_prices


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Article.objects.bulk_create(Article(sku=f"A{i:04}", price=1) for i in range(n))


def run():
    text = "sku;price\n" + "".join(f"A{i:04};{i}.50\n" for i in range(Article.objects.count())) + "X9999;1.00\n"
    counts = apply_prices(text)
    return [counts, [str(price) for price in Article.objects.order_by("sku").values_list("price", flat=True)]]

import csv
from decimal import Decimal
from io import StringIO

from stock.models import Article


def parse(text):
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def apply_prices(text):
    """Set the price of each known article; gives how many were set and which were not known."""
    rows = parse(text)
    unknown = []
    changed = 0
    for row in rows:
        try:
            article = Article.objects.get(sku=row["sku"])  # n+1: get-per-row
        except Article.DoesNotExist:
            unknown.append(row["sku"])
            continue
        article.price = Decimal(row["price"])
        article.save(update_fields=["price"])  # n+1: write-per-row
        changed += 1
    return changed, unknown

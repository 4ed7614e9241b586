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
    known = {article.sku: article for article in Article.objects.filter(sku__in=[row["sku"] for row in rows])}
    touched = []
    for row in rows:
        article = known.get(row["sku"])
        if article is None:
            unknown.append(row["sku"])
            continue
        article.price = Decimal(row["price"])
        touched.append(article)
        changed += 1
    Article.objects.bulk_update(touched, ["price"])
    return changed, unknown

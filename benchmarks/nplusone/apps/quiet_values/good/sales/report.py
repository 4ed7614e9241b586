from django.db.models import Count, F, Sum

from sales.models import Sale, Shop


def rows():
    for row in Sale.objects.values("cents", "shop__name", "shop_id").order_by("pk"):
        yield row["shop__name"], row["shop_id"], row["cents"]


def pairs():
    return [f"{shop}: {cents}" for shop, cents in Sale.objects.values_list("shop__name", "cents").order_by("pk")]


def named():
    out = []
    for sale in Sale.objects.values_list("pk", "shop__name", named=True).order_by("pk"):
        out.append(sale.shop__name)
    return out


def totals():
    lines = []
    for shop in Shop.objects.annotate(total=Sum("sales__cents"), count=Count("sales")).order_by("pk"):
        lines.append((shop.name, shop.total, shop.count))
    for sale in Sale.objects.annotate(shop_name=F("shop__name")).order_by("pk"):
        lines.append((sale.shop_name, sale.shop_id))
    return lines

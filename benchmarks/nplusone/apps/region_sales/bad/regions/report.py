from collections import OrderedDict

from regions.models import Region


class RegionReport:
    prefetch = ("stores",)

    def __init__(self, regions=None):
        self.regions = regions if regions is not None else Region.objects.prefetch_related("stores").order_by("name")

    def totals(self):
        totals = OrderedDict()
        for region in self.regions:
            total = 0
            for store in region.stores.all():
                for sale in store.sale_set.all():  # n+1: lazy-reverse
                    total += sale.cents
            totals[region.name] = total
        return totals

from django.core.cache import cache

from wares.models import Supplier, Ware


class Registry:
    """Suppliers by code, in memory."""

    def __init__(self):
        self._by_code = {}

    def create(self, code, pk):
        self._by_code[code] = pk

    def get(self, code):
        return self._by_code.get(code)

    def filter(self, prefix):
        return [code for code in self._by_code if code.startswith(prefix)]


def registry():
    found = Registry()
    for supplier in Supplier.objects.all():
        found.create(supplier.code, supplier.pk)
    return found


def match():
    suppliers = registry()
    seen = set()
    lines = []
    for ware in Ware.objects.order_by("pk"):
        seen.add(ware.supplier_code)
        supplier = suppliers.get(ware.supplier_code)
        bought = ware.history.count("bought")
        cheap = cache.get(f"cheap:{ware.pk}", False)
        others = suppliers.filter(ware.supplier_code[:1])
        cache.set(f"seen:{ware.pk}", True)
        lines.append([ware.name, supplier, bought, cheap, len(others)])
    return lines, sorted(seen)

from decimal import Decimal

from django.db import models
from django.db.models import F, Sum


class InvoiceQuerySet(models.QuerySet):
    def with_totals(self):
        return self.annotate(sum_of_lines=Sum(F("lines__quantity") * F("lines__price")))


class Invoice(models.Model):
    number = models.CharField(max_length=20, unique=True)
    paid = models.BooleanField(default=False)

    objects = InvoiceQuerySet.as_manager()

    @property
    def total(self) -> Decimal:
        return self.lines.aggregate(total=Sum(F("quantity") * F("price")))["total"] or Decimal(0)


class InvoiceLine(models.Model):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    quantity = models.PositiveSmallIntegerField(default=1)
    price = models.DecimalField(max_digits=8, decimal_places=2)

from django.db import models


class Member(models.Model):
    name = models.CharField(max_length=50)
    active = models.BooleanField(default=True)

    def last_visit(self):
        """The day of the last visit, or None."""
        return self.visits.order_by("-day").values_list("day", flat=True).first()

    def has_debts(self):
        return Invoice.objects.filter(member=self, paid=False).exists()


class Visit(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField()


class Invoice(models.Model):
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    paid = models.BooleanField(default=False)

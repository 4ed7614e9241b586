from django.db.models import Sum
from django.db.models.signals import post_save
from django.dispatch import receiver

from loyalty.models import Customer, Purchase


def recount(customers):
    """Write the points of these customers."""
    with_sums = Customer.objects.filter(pk__in=customers).annotate(cents=Sum("purchases__cents"))
    changed = [Customer(pk=customer.pk, points=(customer.cents or 0) // 100) for customer in with_sums]
    Customer.objects.bulk_update(changed, ["points"])


@receiver(post_save, sender=Purchase)
def update_points(sender, instance, **kwargs):
    recount([instance.customer_id])

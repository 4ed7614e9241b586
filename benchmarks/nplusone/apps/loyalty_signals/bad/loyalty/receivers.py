from django.db.models import Sum
from django.db.models.signals import post_save
from django.dispatch import receiver

from loyalty.models import Customer, Purchase


@receiver(post_save, sender=Purchase)
def update_points(sender, instance, **kwargs):
    cents = Purchase.objects.filter(customer_id=instance.customer_id).aggregate(Sum("cents"))["cents__sum"]  # n+1: signal-queries
    Customer.objects.filter(pk=instance.customer_id).update(points=cents // 100)  # n+1: signal-queries

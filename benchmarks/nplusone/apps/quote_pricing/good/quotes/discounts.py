from .models import Discount


def percents_of(customer_id):
    """Percent by category."""
    return dict(Discount.objects.filter(customer_id=customer_id).values_list("category", "percent"))

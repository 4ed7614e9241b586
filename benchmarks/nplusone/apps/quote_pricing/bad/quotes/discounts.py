from .models import Discount


def percent_for(customer_id, category):
    discount = Discount.objects.filter(customer_id=customer_id, category=category).first()
    return discount.percent if discount else 0

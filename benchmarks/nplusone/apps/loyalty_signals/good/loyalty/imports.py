from loyalty.models import Purchase
from loyalty.receivers import recount


def import_purchases(rows):
    Purchase.objects.bulk_create(Purchase(customer_id=customer_id, cents=cents) for customer_id, cents in rows)
    recount({customer_id for customer_id, _ in rows})

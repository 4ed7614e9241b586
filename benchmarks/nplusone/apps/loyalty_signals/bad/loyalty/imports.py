from loyalty.models import Purchase


def import_purchases(rows):
    for customer_id, cents in rows:
        purchase = Purchase(customer_id=customer_id, cents=cents)
        purchase.save()  # n+1: write-per-row

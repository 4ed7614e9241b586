from .models import Loan


def loans_that_are_out():
    return Loan.objects.filter(returned=False).order_by("pk")

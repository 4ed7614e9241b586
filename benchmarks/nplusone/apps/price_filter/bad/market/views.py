from django.shortcuts import render

from market.models import Stall


def stalls(request):
    context = {"stalls": Stall.objects.order_by("pk")}
    return render(request, "market/stalls.html", context)

from django.shortcuts import render

from market.models import Stall


def stalls(request):
    context = {"stalls": Stall.objects.order_by("pk")}
    context["stalls"] = context["stalls"].prefetch_related("offers")
    return render(request, "market/stalls.html", context)

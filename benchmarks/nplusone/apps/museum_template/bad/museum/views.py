from django.shortcuts import render

from museum.models import Room


def guide(request):
    rooms = Room.objects.order_by("pk")
    return render(request, "museum/guide.html", {"rooms": rooms})

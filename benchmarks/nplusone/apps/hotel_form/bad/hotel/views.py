from django.http import HttpResponse

from .forms import BookingForm


def book(request):
    form = BookingForm(request.POST or None)
    return HttpResponse(form["room"].as_widget())

from vet.models import Appointment


def appointments_of(day):
    yield from Appointment.objects.filter(day=day).order_by("id")


def animals_on(day):
    for appointment in appointments_of(day):
        yield appointment.animal  # n+1: lazy-in-generator

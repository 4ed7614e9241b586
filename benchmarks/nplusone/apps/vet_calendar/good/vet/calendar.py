from vet.models import Appointment


def appointments_of(day):
    yield from Appointment.objects.filter(day=day).select_related("animal__owner").order_by("id")


def animals_on(day):
    for appointment in appointments_of(day):
        yield appointment.animal

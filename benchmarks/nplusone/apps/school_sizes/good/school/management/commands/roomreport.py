from django.core.management.base import BaseCommand
from django.db.models import Count

from school.models import Classroom


class Command(BaseCommand):
    help = "Lists the rooms with the seats that are left."

    def handle(self, *args, **options):
        for room in Classroom.objects.annotate(taken=Count("pupils")).order_by("label"):
            self.stdout.write(f"{room.label}: {room.seats - room.taken} left")

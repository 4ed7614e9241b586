from django.core.management.base import BaseCommand

from school.models import Classroom


class Command(BaseCommand):
    help = "Lists the rooms with the seats that are left."

    def handle(self, *args, **options):
        rooms = Classroom.objects.all().order_by("label")
        for room in rooms:
            taken = room.pupils.count()  # n+1: lazy-reverse
            self.stdout.write(f"{room.label}: {room.seats - taken} left")

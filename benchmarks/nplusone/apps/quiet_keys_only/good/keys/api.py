from collections import Counter

from keys.models import Person
from keys.serializers import PersonSerializer


def people():
    return [dict(row) for row in PersonSerializer(Person.objects.order_by("pk"), many=True).data]


def sizes():
    counts = Counter(person.team_id for person in Person.objects.all())
    return sorted(counts.items())


def names():
    return [str(person) for person in Person.objects.order_by("pk")]

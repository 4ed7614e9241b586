from __future__ import annotations

from trails import models


def all_parks() -> list[models.Park]:
    parks = models.Park.objects.order_by("name")
    parks = parks.prefetch_related("trails")
    return list(parks)


def length_of(root: models.Park) -> int:
    return sum(trail.metres for trail in root.trails.all())


def park_of(root: models.Trail) -> str:
    return root.park.name


def long_trails(minimum: int = 0) -> list[models.Trail]:
    trails = models.Trail.objects.filter(metres__gte=minimum).order_by("pk")
    trails = trails.select_related("park")
    return list(trails)

from __future__ import annotations

from trails import models


def all_parks() -> list[models.Park]:
    parks = models.Park.objects.order_by("name")
    return list(parks)


def length_of(root: models.Park) -> int:
    return sum(trail.metres for trail in root.trails.all())  # n+1: resolver-strawberry


def park_of(root: models.Trail) -> str:
    return root.park.name  # n+1: resolver-strawberry


def long_trails(minimum: int = 0) -> list[models.Trail]:
    trails = models.Trail.objects.filter(metres__gte=minimum).order_by("pk")
    return list(trails)

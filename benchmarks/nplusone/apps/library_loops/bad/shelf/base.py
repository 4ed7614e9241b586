from shelf.models import Book


def books():
    return Book.objects.order_by("pk")

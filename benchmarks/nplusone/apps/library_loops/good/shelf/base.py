from shelf.models import Book


def books():
    return Book.objects.select_related("author").order_by("pk")

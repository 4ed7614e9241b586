from django.shortcuts import get_object_or_404

from single.models import Author, Book


def detail(pk):
    book = get_object_or_404(Book, pk=pk)
    others = [other.title for other in book.author.books.exclude(pk=pk).order_by("pk")]
    return {"title": book.title, "author": book.author.name, "others": len(others) > 0}


def books_of(author_pk):
    author = Author.objects.get(pk=author_pk)
    return [f"{book.title} by {book.author.name}" for book in author.books.order_by("pk")]


def first_in_stock():
    for book in Book.objects.order_by("pk").iterator():
        if book.stock:
            return book.author.name
    return None


def latest():
    newest = Book.objects.latest("pk")
    while newest.stock < 3:
        newest.stock += 1
    return newest.author.name

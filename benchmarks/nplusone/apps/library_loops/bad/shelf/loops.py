from itertools import chain, groupby

from django.core.paginator import Paginator

from shelf.base import books


def numbered():
    return [f"{i}. {book.author.name}" for i, book in enumerate(books(), 1)]  # n+1: lazy-in-comprehension


def pairs():
    out = []
    for left, right in zip(books(), books().reverse()):
        out.append(left.author.name + right.title)  # n+1: lazy-forward
    return out


def by_index():
    items = list(books())
    out = []
    for i in range(len(items)):
        out.append(items[i].author.name)  # n+1: lazy-forward
    return out


def grouped():
    return [(name, len(list(group))) for name, group in groupby(books(), key=lambda b: b.author.name)]  # n+1: lazy-in-sort-key


def page():
    lines = []
    for book in Paginator(books(), 50).page(1).object_list:
        lines.append(book.author.name)  # n+1: lazy-forward
    return lines


def both():
    names = set()
    for book in chain(books().filter(old=True), books().exclude(old=True)):
        names.add(book.author.name)  # n+1: lazy-forward
    return sorted(names)


def mapped():
    return list(map(lambda book: book.author.name, books()))  # n+1: lazy-in-comprehension

"""How sure the rules over several files are: each marked line is told, as sure as it is marked."""

from pathlib import Path

from greenprof.lint import lint_paths

FILES = {
    "shop/__init__.py": "",
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/models.py": """
from django.db import models

class Author(models.Model):
    name = models.TextField()

class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    editor = models.ForeignKey(Author, null=True, on_delete=models.CASCADE, related_name="edited")
    title = models.TextField()
    sold = models.IntegerField()

    def is_sold(self):
        return Sale.objects.filter(book=self).exists()

    def is_known(self):
        return self.title and Sale.objects.filter(book=self).exists()

class Sale(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    buyer = models.ForeignKey(Author, on_delete=models.CASCADE)
""",
    "shop/views.py": """
from shop.models import Author, Book, Sale

def names():
    return [book.author.name for book in Book.objects.all()]  # medium

def of_one(pk):
    book = Book.objects.get(pk=pk)
    return [sale.buyer.name for sale in book.sale_set.all()]  # medium

def of_one_filtered(pk):
    book = Book.objects.get(pk=pk)
    for sale in book.sale_set.order_by("id"):
        print(sale.buyer.name)  # medium

def of_many():
    for book in Book.objects.prefetch_related("sale_set"):
        for sale in book.sale_set.all():
            print(sale.buyer.name)  # medium

def written():
    for book in Book.objects.all():
        book.title = book.author.name  # medium
        book.save()  # medium

def for_some():
    for book in Book.objects.all():
        if book.sold > 10:
            print(book.author.name)  # medium
        if book.editor_id:
            print(book.editor.name)  # medium

def for_all_or_none(shows):
    for book in Book.objects.all():
        if shows:
            print(book.author.name)  # medium

def failed():
    for book in Book.objects.all():
        try:
            print(int(book.title))
        except ValueError:
            print(book.author.name)  # medium

def counted():
    for book in Book.objects.all():
        print(book.is_sold())  # medium
        print(book.sale_set.filter(buyer=1).count())  # medium

def asked_for_some():
    for book in Book.objects.all():
        print(book.is_known())  # medium

def first_that_fits():
    for book in Book.objects.all():
        if book.author.name == "Anna":  # medium
            return book

def by_mail(post):
    for book in Book.objects.all():
        post.send_mail(book.title, book.author.name)  # medium

def noted(book):
    book.sold += 1
    book.save()

def written_elsewhere():
    for book in Book.objects.all():
        print(book.author.name)  # medium
        noted(book)  # medium

def keys():
    for sale in Sale.objects.only("buyer"):
        print(sale.buyer_id)

def read_anew():
    for book in Book.objects.all():
        book.refresh_from_db()  # medium
""",
    "shop/pages.py": """
from django.shortcuts import render
from shop.models import Author, Book

def books(request, shows):
    return render(request, "books.html", {"books": Book.objects.all(), "shows": shows})

def book(request, pk):
    return render(request, "book.html", {"book": Book.objects.get(pk=pk)})
""",
    "shop/templates/books.html": """
{% for book in books %}
    {{ book.author.name }} {# high #}
    {{ book.is_sold }} {# high #}
    {{ book.is_known }} {# medium #}
    {% if book.editor_id %}
        {{ book.editor.name }} {# high #}
    {% endif %}
    {% if book.sold > 10 %}
        {{ book.sale_set.count }} {# medium #}
    {% endif %}
{% endfor %}
{% for book in books %}
    {% if shows %}
        {{ book.sale_set.count }} {# high #}
    {% endif %}
    {% if not_given %}
        {{ book.sale_set.exists }} {# medium #}
    {% endif %}
    {% for sale in book.sale_set.all %} {# high #}
        {{ sale.buyer.name }} {# high #}
    {% endfor %}
{% endfor %}
""",
    "shop/templates/book.html": """
{% for sale in book.sale_set.all %}
    {{ sale.buyer.name }} {# medium #}
{% endfor %}
""",
    "shop/admin.py": """
from django.contrib import admin
from shop.models import Book, Sale

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = [
        "title",
        "editor",  # high
        "sales",  # high
        "noted",
    ]

    def sales(self, book):
        return book.sale_set.count()

    def noted(self, book):
        return book.title
""",
    "shop/management/commands/tell.py": """
from shop.models import Book

def handle():
    for book in Book.objects.all():
        print(book.author.name)  # medium
""",
}


def test_marked_lines_are_told_as_sure_as_they_are(tmp_path: Path) -> None:
    expected, told = {}, {}
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for number, line in enumerate(text.splitlines(), 1):
            if line.endswith(("# high", "# medium", "# high #}", "# medium #}")):
                expected[name, number] = line.removesuffix(" #}").rpartition("# ")[2]
    rules = ["lazy-relation-in-loop", "query-per-row", "write-per-row", "query-in-loop"]
    for one in lint_paths([tmp_path], select=rules, jobs=1).findings:
        told[str(Path(one.path).relative_to(tmp_path)), one.line] = one.confidence
    assert told == expected

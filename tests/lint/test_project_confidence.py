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
    liked = models.ManyToManyField("Book", related_name="fans")

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
    return [sale.buyer.name for sale in book.sale_set.all()]  # low

def of_one_filtered(pk):
    book = Book.objects.get(pk=pk)
    for sale in book.sale_set.order_by("id"):
        print(sale.buyer.name)  # low

def of_many():
    for book in Book.objects.prefetch_related("sale_set"):
        for sale in book.sale_set.all():
            print(sale.buyer.name)  # medium

def written():
    for book in Book.objects.all():
        book.title = book.author.name  # low
        book.save()  # low

def for_some():
    for book in Book.objects.all():
        if book.sold > 10:
            print(book.author.name)  # low
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
            print(book.author.name)  # low

def counted():
    for book in Book.objects.all():
        print(book.is_sold())  # medium
        print(book.sale_set.filter(buyer=1).count())  # medium

def asked_for_some():
    for book in Book.objects.all():
        print(book.is_known())  # low

def first_that_fits():
    for book in Book.objects.all():
        if book.author.name == "Anna":  # low
            return book

def by_mail(post):
    for book in Book.objects.all():
        post.send_mail(book.title, book.author.name)  # low

def noted(book):
    book.sold += 1
    book.save()

def written_elsewhere():
    for book in Book.objects.all():
        print(book.author.name)  # low
        noted(book)  # low

def keys():
    for sale in Sale.objects.only("buyer"):
        print(sale.buyer_id)

def read_anew():
    for book in Book.objects.all():
        book.refresh_from_db()  # low

def any_of_them():
    return any(book.author.name for book in Book.objects.all())  # low

def all_written(pk):
    author = Author.objects.get(pk=pk)
    for book in Book.objects.all():
        author.liked.add(book)  # medium
    for book in Book.objects.all():
        if book.sold:
            book.delete()  # medium
    for book in Book.objects.all():
        Sale.objects.get_or_create(book=book)  # low

def upgrade_books():
    for book in Book.objects.all():
        print(book.author.name)  # low

def fetched(opener):
    for book in Book.objects.all():
        opener.urlopen(book.author.name)  # low

def called():
    return [credit(book) for book in Book.objects.all()]  # medium

def credit(book):
    return book.author.name

def for_its_key():
    return [book.author.id for book in Book.objects.all()]  # medium

def for_more_than_its_key():
    for book in Book.objects.all():
        print(book.author.id)
        print(book.author.name)  # medium
        print(book.editor.id, book.editor.name)  # medium
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
    "shop/api.py": """
from rest_framework import serializers, viewsets
from shop.models import Book, Sale

class SaleSerializer(serializers.ModelSerializer):
    book = serializers.StringRelatedField()

    class Meta:
        model = Sale
        fields = ["buyer"]

class NewSaleSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")

    class Meta:
        model = Sale
        fields = ["name"]

class ShownSaleSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")  # high

    class Meta:
        model = Sale
        fields = ["name"]

class SaleView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()
    serializer_class = SaleSerializer

    def get_serializer_class(self):
        if self.request.method == "POST":
            return NewSaleSerializer
        return self.serializer_class

class SalesView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()

    def get_serializer_class(self):
        if self.request.method in ("GET", "HEAD"):
            return ShownSaleSerializer
        return NewSaleSerializer
""",
    "shop/chosen.py": """
from rest_framework import serializers, viewsets
from shop.models import Sale

class LeavesOut:
    def get_fields(self):
        fields = super().get_fields()
        for name in getattr(self.Meta, "only_in_detail", ()):
            fields.pop(name)
        return fields

class ShortInListsSerializer(LeavesOut, serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")  # medium

    class Meta:
        model = Sale
        fields = only_in_detail = ["name"]

class AsAskedSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")  # medium

    class Meta:
        model = Sale
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        asked = kwargs.pop("fields", None)
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(asked or self.fields):
            self.fields.pop(name)

class WithoutAnyoneSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")  # medium

    class Meta:
        model = Sale
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.context.get("detailed"):
            del self.fields["name"]

class WithHelpSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")  # high

    class Meta:
        model = Sale
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        kwargs.pop("hints", None)
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "who"

class ForStaffSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="buyer.name")  # medium

    class Meta:
        model = Sale
        fields = ["name"]

class ForAllSerializer(serializers.ModelSerializer):
    class Meta:
        model = Sale
        fields = ["price"]

class ShortInListsView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()
    serializer_class = ShortInListsSerializer

class AsAskedView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()
    serializer_class = AsAskedSerializer

class WithoutAnyoneView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()
    serializer_class = WithoutAnyoneSerializer

class WithHelpView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()
    serializer_class = WithHelpSerializer

class ForStaffView(viewsets.ModelViewSet):
    queryset = Sale.objects.all()

    def get_serializer_class(self):
        if self.request.user.is_staff:
            return ForAllSerializer
        return ForStaffSerializer
""",
    "shop/management/commands/tell.py": """
from shop.models import Book

def handle():
    for book in Book.objects.all():
        print(book.author.name)  # low
""",
}

RULES = ["lazy-relation-in-loop", "query-per-row", "write-per-row", "relation-for-its-key", "query-in-loop"]
MARKS = tuple(f"# {sure}{end}" for sure in ("high", "medium", "low") for end in ("", " #}"))


def test_marked_lines_are_told_as_sure_as_they_are(tmp_path: Path) -> None:
    expected, told = {}, {}
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for number, line in enumerate(text.splitlines(), 1):
            if line.endswith(MARKS):
                expected[name, number] = line.removesuffix(" #}").rpartition("# ")[2]
    for one in lint_paths([tmp_path], select=RULES, jobs=1, min_confidence="low").findings:
        told[str(Path(one.path).relative_to(tmp_path)), one.line] = one.confidence
    assert told == expected

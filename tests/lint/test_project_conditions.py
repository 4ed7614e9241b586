"""How sure the rules over several files are of what is read of some rows, of a few, or by views that nobody reaches."""

from pathlib import Path

from greenprof.lint import lint_paths

FILES = {
    "shop/__init__.py": "",
    "shop/models.py": """
from django.core.cache import cache
from django.db import models

class KindField(models.IntegerField):
    pass

class Author(models.Model):
    name = models.TextField()

class Batch(models.Model):
    printer = models.ForeignKey(Author, on_delete=models.CASCADE)

class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    editor = models.ForeignKey(Author, null=True, on_delete=models.CASCADE, related_name="edited")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="books")
    is_broken = models.BooleanField()
    kind = KindField()
    title = models.TextField()

    def __str__(self):
        return self.author.name

    def get_error(self):
        if self.is_broken and self.author is not None:
            return self.author.name

    def get_hint(self):
        if not self.is_broken:
            return ""
        return self.author.name

    def get_kind(self):
        if self.kind is KindField.BIG:
            return self.author.name
        return ""

    def get_editor(self):
        return self.editor.name if self.editor else ""

    def get_long_name(self):
        if self.is_broken:
            return f"broken {self.author.name}"
        else:
            return self.author.name

    def get_refused(self):
        if self.title == "":
            raise ValueError
        return self.author.name

    def get_kept(self):
        name = cache.get("name")
        if name:
            return name
        return self.author.name
""",
    "shop/serializers.py": """
from rest_framework import serializers
from shop.models import Book

class BrokenSerializer(serializers.ModelSerializer):
    error = serializers.ReadOnlyField(source="get_error")  # medium

class HintSerializer(serializers.ModelSerializer):
    hint = serializers.ReadOnlyField(source="get_hint")  # medium

class KindSerializer(serializers.ModelSerializer):
    kind = serializers.ReadOnlyField(source="get_kind")  # medium

class EditorSerializer(serializers.ModelSerializer):
    editor = serializers.ReadOnlyField(source="get_editor")  # high

class LongNameSerializer(serializers.ModelSerializer):
    name = serializers.ReadOnlyField(source="get_long_name")  # high

class RefusedSerializer(serializers.ModelSerializer):
    name = serializers.ReadOnlyField(source="get_refused")  # high

class KeptSerializer(serializers.ModelSerializer):
    name = serializers.ReadOnlyField(source="get_kept")  # medium

class AskedSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()  # medium

    def get_name(self, book):
        request = self.context.get("request")
        if request and request.query_params.get("names") == "true":
            return book.author.name
        return None

class ContextSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()  # high

    def get_name(self, book):
        request = self.context.get("request")
        return book.author.name if request else ""

class ListedSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()  # medium

    @property
    def is_list_view(self):
        return self.context["view"].action == "list"

    def get_name(self, book):
        if self.is_list_view:
            return None
        return book.author.name

class ViewedSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()  # medium

    def get_name(self, book):
        view = self.context["view"]
        if view.hides_names:
            return None
        return book.author.name

class SignedInSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField()  # high

    def get_name(self, book):
        request = self.context.get("request")
        if request is None or not request.user.is_authenticated:
            return None
        return book.author.name

class NobodysSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="author.name")  # medium
""",
    "shop/api.py": """
from rest_framework import viewsets
from rest_framework.response import Response
from shop import serializers
from shop.models import Book

class BrokenView(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = serializers.BrokenSerializer

class HintView(BrokenView):
    serializer_class = serializers.HintSerializer

class KindView(BrokenView):
    serializer_class = serializers.KindSerializer

class EditorView(BrokenView):
    serializer_class = serializers.EditorSerializer

class LongNameView(BrokenView):
    serializer_class = serializers.LongNameSerializer

class RefusedView(BrokenView):
    serializer_class = serializers.RefusedSerializer

class KeptView(BrokenView):
    serializer_class = serializers.KeptSerializer

class AskedView(BrokenView):
    serializer_class = serializers.AskedSerializer

class ContextView(BrokenView):
    serializer_class = serializers.ContextSerializer

class ListedView(BrokenView):
    serializer_class = serializers.ListedSerializer

class ViewedView(BrokenView):
    serializer_class = serializers.ViewedSerializer

class SignedInView(BrokenView):
    serializer_class = serializers.SignedInSerializer
""",
    "shop/old_api.py": """
from rest_framework import viewsets
from rest_framework.response import Response
from shop import serializers
from shop.models import Book

class NobodysView(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = serializers.NobodysSerializer

    def search(self, request):
        return Response(serializers.NobodysSerializer(Book.objects.all(), many=True).data)
""",
    "shop/pages.py": """
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import generic
from django.views.decorators.http import require_POST
from shop.models import Batch, Book

class BookList(generic.ListView):
    queryset = Book.objects.select_related("author", "editor")

@method_decorator(require_POST, name="dispatch")
class BookAction(generic.ListView):
    model = Book

class BookPost(generic.ListView):
    model = Book
    http_method_names = ["post"]

def newest(request):
    return render(request, "newest.html", {"books": Book.objects.order_by("-id")[:5]})

def many(request):
    return render(request, "many.html", {"books": Book.objects.order_by("-id")[:100]})

def batch(request, pk):
    batch = Batch.objects.get(pk=pk)
    return render(request, "batch.html", {"books": batch.books.order_by("title")})

def batches(request):
    return render(request, "batches.html", {"batches": Batch.objects.prefetch_related("books")})

def with_notes(request):
    books = Book.objects.all()
    for book in books:
        book.author_name = notes(book)
    return render(request, "notes.html", {"books": books})

def notes(book):
    return book.title
""",
    "shop/templates/shop/book_list.html": """
{% for book in book_list %}
    {{ book.author.name }} {{ book.editor.name }}
{% endfor %}
""",
    "shop/templates/newest.html": """
{% for book in books %}
    {{ book.author.name }} {# medium #}
{% endfor %}
""",
    "shop/templates/many.html": """
{% for book in books %}
    {{ book.author.name }} {# high #}
    {% if book.is_broken and book.editor.name %} {# medium #}
        broken
    {% endif %}
    {% if book.title == book.batch.printer_id %} {# high #}
        printed
    {% endif %}
{% endfor %}
""",
    "shop/templates/batch.html": """
{% for book in books %}
    {{ book.batch.printer.name }}
{% endfor %}
""",
    "shop/templates/batches.html": """
{% for batch in batches %}
    {% for book in batch.books.all %}
        {{ book.batch.printer.name }} {# high #}
    {% endfor %}
{% endfor %}
""",
    "shop/templates/notes.html": """
{% for book in books %}
    {{ book.author_name }}
{% endfor %}
""",
    "shop/reviews.py": """
from django import forms
from django.contrib import admin
from django.db import models
from shop.models import Book

class Review(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE)

class ReviewForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ["book"]  # high

class SetUpForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ["book"]  # medium

@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    form = SetUpForm

class PostedForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ["book"]  # medium

class WrittenForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ["book"]  # high

class NobodysForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ["book"]  # medium

class BaseForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ["book"]  # high

class DerivedForm(BaseForm):
    pass
""",
    "shop/review_pages.py": """
from django.http import HttpResponse
from django.shortcuts import render
from django.views import generic
from shop import reviews
from shop.reviews import DerivedForm, PostedForm, ReviewForm

class NewReview(generic.CreateView):
    form_class = ReviewForm

def post(request):
    form = PostedForm(request.POST)
    if form.is_valid():
        return HttpResponse(form.save().pk)
    return HttpResponse(form.errors, status=400)

def write(request):
    form = reviews.WrittenForm(request.POST or None)
    if form.is_valid():
        form.save()
    return render(request, "review.html", {"form": form})

def derive(request):
    return render(request, "review.html", {"form": DerivedForm()})
""",
    "shop/tests/test_reviews.py": """
from shop.reviews import NobodysForm

form_class = NobodysForm
""",
    "shop/extern/audit/admin.py": """
from django.contrib import admin
from shop.models import Book

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "editor"]  # medium
""",
    "shop/management/commands/tell.py": """
from django.template.loader import render_to_string
from shop.models import Book

def handle():
    print(render_to_string("mail.txt", {"books": Book.objects.all()}))
""",
    "shop/templates/mail.txt": """
{% for book in books %}
    {{ book.author.name }} {# low #}
{% endfor %}
""",
    "shop/urls.py": """
from rest_framework.routers import DefaultRouter
from django.urls import path
from shop import api, pages

router = DefaultRouter()
for view in (
    api.BrokenView, api.HintView, api.KindView, api.EditorView, api.LongNameView, api.RefusedView,
    api.KeptView, api.AskedView, api.ContextView, api.ListedView, api.ViewedView, api.SignedInView,
):
    router.register(view.__name__, view)

urlpatterns = [
    path("", pages.BookList.as_view()),
    path("do", pages.BookAction.as_view()),
    path("post", pages.BookPost.as_view()),
]
""",
    "shop/tests/test_old_api.py": """
from shop.old_api import NobodysView
""",
}

RULES = ["lazy-relation-in-loop", "query-per-row"]
MARKS = tuple(f"# {sure}{end}" for sure in ("high", "medium", "low") for end in ("", " #}"))


def _told(folder: Path, files: dict[str, str]) -> dict[tuple[str, int], str]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = lint_paths([folder], select=RULES, jobs=1, min_confidence="low").findings
    return {(str(Path(one.path).relative_to(folder)), one.line): one.confidence for one in found}


def test_marked_lines_are_told_as_sure_as_they_are(tmp_path: Path) -> None:
    expected = {
        (name, number): line.removesuffix(" #}").rpartition("# ")[2]
        for name, text in FILES.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.endswith(MARKS)
    }
    assert _told(tmp_path, FILES) == expected


def test_a_project_that_names_none_of_its_views_is_routed_elsewhere(tmp_path: Path) -> None:
    kept = ("shop/__init__.py", "shop/models.py", "shop/old_api.py")
    nobodys = FILES["shop/serializers.py"].partition("class NobodysSerializer")[2]
    text = f"from rest_framework import serializers\n\nclass NobodysSerializer{nobodys}"
    told = _told(tmp_path, {name: FILES[name] for name in kept} | {"shop/serializers.py": text})
    assert told == {("shop/serializers.py", 4): "high"}

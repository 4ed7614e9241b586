"""A query for each round is told as sure where somebody waits for the answer, as far as the file shows."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

CODE = """
    {before}
    {indent}def {name}({given}):
    {indent}    for row in Order.objects.all():
    {indent}        print(Line.objects.get(pk=row.key))
"""
IN_CLASS = "    "


def sure(path="code.py", before="pass", given="keys", name="send"):
    indent = IN_CLASS if before.startswith("class ") else ""
    code = textwrap.dedent(CODE).format(before=before, given=given, name=name, indent=indent)
    rules = [one for one in load_rules() if one.name == "query-in-loop"]
    found = lint_source("from shop.models import Line, Order\n" + code, path, rules)
    return [one.confidence for one in found]


@pytest.mark.parametrize("given", ["request", "self, request, pk", "req, resp", "*, request"])
def test_who_is_given_a_request_answers_it(given):
    assert sure(given=given) == ["high"]


@pytest.mark.parametrize("given", ["", "requests", "self, queryset", "sender, instance, **kwargs", "*request"])
def test_who_is_not_may_be_a_job(given):
    assert sure(given=given) == ["medium"]


@pytest.mark.parametrize(
    "decorator",
    ["@app.route('/')", "@router.get('/')", "@bp.post('/a')", "@api_view(['GET'])", "@register.simple_tag", "@expose"],
)
def test_a_route_answers_requests(decorator):
    assert sure(before=decorator) == ["high"]


@pytest.mark.parametrize(
    "decorator", ["@shared_task", "@app.task(bind=True)", "@receiver(saved)", "@property", "@cli.command()"]
)
def test_what_something_else_starts_does_not(decorator):
    assert sure(before=decorator) == ["medium"]


@pytest.mark.parametrize(
    "bases",
    ["View", "generic.ListView", "ModelViewSet", "APIView", "ModelSerializer", "DetailView[Order]", "RequestHandler"],
)
def test_a_method_of_a_view_answers_requests(bases):
    assert sure(before=f"class Page({bases}):", given="self") == ["high"]


@pytest.mark.parametrize("bases", ["Model", "ModelForm", "Job", "logging.Handler", "ModelResource", "Viewer", "ABC"])
def test_a_method_of_another_class_does_not(bases):
    assert sure(before=f"class Page({bases}):", given="self") == ["medium"]


@pytest.mark.parametrize("bases", ["Handler", "Resource", "Controller"])
def test_what_may_be_of_something_else_has_a_method_of_http(bases):
    assert sure(before=f"class Page({bases}):", given="self", name="get") == ["high"]
    assert sure(before=f"class Page({bases}):", given="self", name="sync") == ["medium"]


@pytest.mark.parametrize("bases", ["admin.ModelAdmin", "TabularInline"])
def test_few_people_open_a_page_of_the_administration_now_and_then(bases):
    assert sure(before=f"class Page({bases}):", given="self, request") == ["medium"]


def test_what_is_inside_of_a_view_is_waited_for():
    code = """
        from shop.models import Line, Order

        def page(request):
            def lines():
                return [Line.objects.get(pk=row.key) for row in Order.objects.all()]
            return lines()
    """
    rules = [one for one in load_rules() if one.name == "query-in-loop"]
    assert [one.confidence for one in lint_source(textwrap.dedent(code), "code.py", rules)] == ["high"]


@pytest.mark.parametrize(
    "path",
    [
        "shop/views.py",
        "shop/views/orders.py",
        "shop/api/v1/orders.py",
        "shop/order_views.py",
        "shop/serializers.py",
        "shop/context_processors.py",
        "shop/templatetags/shop.py",
        "shop/rest/orders.py",
    ],
)
def test_a_file_may_say_by_its_name_that_it_answers_requests(path):
    assert sure(path) == ["high"]
    assert sure(path, before="@shared_task") == ["medium"]


@pytest.mark.parametrize(
    "path",
    [
        "shop/jobs.py",
        "shop/models.py",
        "shop/api/models.py",
        "shop/api/tasks.py",
        "api/a/b/shop/orders.py",
        "shop/reviews.py",
        "shop/github_api.py",
        "tests/views/test_orders.py",
    ],
)
def test_another_does_not(path):
    assert sure(path) == ["medium"]


@pytest.mark.parametrize("path", ["tests/orders.py", "shop/test_orders.py", "conftest.py"])
def test_a_test_is_given_a_request_by_pytest(path):
    assert sure(path, given="request") == ["medium"]


@pytest.mark.parametrize("path", ["shop/management/commands/views.py", "shop/migrations/api.py"])
def test_a_command_stays_one(path):
    assert sure(path, given="request") == ["low"]


def test_code_outside_of_functions_is_run_once():
    code = "from shop.models import Order\nfor row in Order.objects.all():\n    print(Order.objects.get(pk=row.key))\n"
    rules = [one for one in load_rules() if one.name == "query-in-loop"]
    assert [one.confidence for one in lint_source(code, "views.py", rules)] == ["medium"]

"""Of findings about databases, those are told that a change pays for: many rows, and nothing that speaks against it."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

pytestmark = pytest.mark.usefixtures("as_sure_as_the_file_shows")

IMPORTS = """
import json, sqlite3
from django.core.paginator import Paginator
from django.db import transaction
from shop.models import Line, Mail, Order, Site
"""


def sure(rule, code, path="code.py"):
    found = lint_source(IMPORTS + textwrap.dedent(code), path, load_rules())
    return [one.confidence for one in found if one.rule == rule]


def asked(items, asks="Order.objects.get(pk=one.key)", name="send", before="pass"):
    code = f"def {name}(user, given):\n    {before}\n    for one in {items}:\n        print({asks})\n"
    return sure("query-in-loop", code, "views.py")


@pytest.mark.parametrize(
    "items",
    [
        "Order.objects.all()",
        "Order.objects.filter(status='paid')",
        "Order.objects.filter(status=Order.PAID)",
        "Order.objects.filter(created__gt=given)",
        "Order.objects.filter(pk__in=given)",
    ],
)
def test_rows_of_a_table_are_many(items):
    assert asked(items) == ["high"]


@pytest.mark.parametrize(
    "items",
    ["user.orders.all()", "Order.objects.filter(user=user)", "Order.objects.filter(cart__user=user)"],
)
def test_rows_of_one_thing_are_few_as_a_rule(items):
    assert asked(items) == ["low"]


def test_a_page_waits_for_them_all_the_same():
    code = (
        "def page(request):\n    for one in request.user.orders.all():\n        print(Line.objects.get(pk=one.key))\n"
    )
    assert sure("query-in-loop", code) == ["medium"]


@pytest.mark.parametrize("items", ["given", "json.loads(given)"])
def test_a_query_for_each_of_unknown_items_is_likely(items):
    assert asked(items) == ["medium"]


@pytest.mark.parametrize(
    "items", ["tag_names", "given['tags']", "user.forms", "given.get_models()", "given.get('attributes', [])"]
)
def test_what_people_write_down_is_little(items):
    assert asked(items) == ["low"]


@pytest.mark.parametrize("name", ["upgrade", "upgrade_3", "migrate_orders", "forwards"])
def test_a_migration_is_run_once(name):
    assert asked("Order.objects.all()", name=name) == ["low"]


def test_rows_are_locked_one_by_one_on_purpose():
    assert asked("Order.objects.all()", "Order.objects.select_for_update().get(pk=one.pk)") == ["low"]


def test_what_is_done_for_one_value_of_a_counter_is_done_once():
    code = """
        def send(rows):
            for i, row in enumerate(rows):
                if i == 0:
                    print(Site.objects.get(pk=row.site))
    """
    assert sure("query-in-loop", code) == ["low"]


@pytest.mark.parametrize("known", ["{one.key: one for one in rows}", "dict(rows)", "Order.objects.in_bulk(given)"])
def test_what_was_asked_for_before_is_no_query(known):
    assert (
        asked("given", "orders.get(one)", before=f"rows = Order.objects.filter(pk__in=given); orders = {known}") == []
    )


def test_an_object_of_a_manager_is_no_query():
    assert asked("given", "site.get(one)", before="site = Site.objects.get_current()") == []


def test_a_statement_that_nobody_can_read_and_that_has_no_parameters_may_be_another_each_time():
    code = "def f(items):\n    c = sqlite3.connect('a')\n    for one in items:\n        c.execute({})\n"
    assert sure("query-in-loop", code.format("grant(one)")) == ["low"]
    assert sure("query-in-loop", code.format("QUERY, (one,)")) == ["medium"]


@pytest.mark.parametrize(
    ("items", "written", "confidence"),
    [
        ("rows", "Order.objects.create(name=one.name)", ["high"]),
        ("given", "Order.objects.create(name=one.name)", ["low"]),
        ("user.carts.all()", "Order.objects.create(name=one.name)", ["low"]),
        ("rows", "made = Order.objects.create(name=one.name)", ["low"]),
        ("rows", "Order.objects.get_or_create(name=one.name)", ["low"]),
        ("rows", "Order.objects.create(name=one.name); notify(one)", ["low"]),
        ("Order.objects.all()", "one.save()", ["medium"]),
    ],
)
def test_rows_are_written_together_where_they_are_many_and_a_batch_does_the_same(items, written, confidence):
    code = f"def f(given, rows, user):\n    for one in {items}:\n        {written}\n"
    assert sure("insert-in-loop", code) == confidence


@pytest.mark.parametrize("around", ["try", "with transaction.atomic()"])
def test_rounds_that_fail_by_themselves_stay_apart(around):
    end = "        except ValueError:\n            continue\n" if around == "try" else ""
    code = f"def f(rows):\n    for one in rows:\n        {around}:\n            Order.objects.create(name=one)\n{end}"
    assert sure("insert-in-loop", code) == ["low"]


@pytest.mark.parametrize(("items", "confidence"), [("rows", ["high"]), ("given", ["low"])])
def test_a_commit_for_each_of_a_few_is_not_worth_a_change(items, confidence):
    code = f"""
        def f(rows, given):
            c = sqlite3.connect("a")
            for one in {items}:
                c.execute("INSERT INTO a VALUES (?)", one)
                c.commit()
    """
    assert sure("commit-in-loop", code) == confidence


@pytest.mark.parametrize(
    ("rule", "code", "confidence"),
    [
        ("existence-by-count", "if Order.objects.count() > 0: pass", ["high"]),
        ("existence-by-count", "if Order.objects.filter(status='open').count(): pass", ["high"]),
        ("existence-by-count", "if Order.objects.filter(email=given).count(): pass", ["medium"]),
        ("existence-by-count", "if Order.objects.filter(pk=given).count(): pass", ["low"]),
        ("existence-by-count", "if given.sessions.count(): pass", ["low"]),
        ("existence-by-count", "a = Order.objects.all()\n    if a.count() > 0: print(', '.join(a))", ["high"]),
        (
            "existence-by-count",
            "a = Order.objects.all()\n    b = ', '.join(a)\n    if a.count() > 0: print(b)",
            ["low"],
        ),
        ("existence-by-fetch", "if Order.objects.filter(paid=True): pass", ["high"]),
        ("existence-by-fetch", "if Order.objects.filter(email=given): pass", ["medium"]),
        ("whole-entity-fetch", "given([one.id for one in Order.objects.all()])", ["medium"]),
        ("whole-entity-fetch", "given([one.id for one in Order.objects.filter(user=given)])", ["low"]),
        ("rows-filtered-in-python", "given([one for one in Order.objects.values() if one['a'] > 3])", ["medium"]),
        ("rows-filtered-in-python", "given([one for one in Order.objects.values() if one['a'] != ''])", ["low"]),
        ("rows-summed-in-python", "given(sum(Order.objects.values_list('price', flat=True)))", ["high"]),
        ("rows-summed-in-python", "given(sum(Order.objects.filter(a=given).values_list('b', flat=True)))", ["medium"]),
        ("offset-pagination", "for page in Paginator(Order.objects.all(), 99): given(page)", ["medium"]),
        ("unbounded-fetch", "given(list(Order.objects.all()))", ["low"]),
        ("whole-table-iterated", "for one in Order.objects.all(): given(one)", ["low"]),
    ],
)
def test_how_many_rows_there_are_decides(rule, code, confidence):
    assert sure(rule, f"def f(given):\n    {code}\n") == confidence


@pytest.mark.parametrize(
    ("path", "confidence"),
    [
        ("shop/views.py", "high"),
        ("bin/a/b/shop/views.py", "high"),
        ("shop/cabinet.py", "medium"),
        ("bin/a/b/shop/cabinet.py", "medium"),
        ("shop/management/commands/tidy.py", "low"),
        ("shop/migrations/__init__.py", "low"),
        ("shop/v3migration.py", "low"),
        ("shop/cli.py", "low"),
        ("demo/data.py", "low"),
    ],
)
def test_what_a_person_waits_for_or_runs_once_is_told_on_request(path, confidence):
    code = """
        def f(cursor, other):
            for row in cursor.fetchall():
                other.execute("SELECT a FROM b WHERE c = ?", row)
    """
    found = lint_source(textwrap.dedent(code), path, [one for one in load_rules() if one.name == "query-in-loop"])
    assert [one.confidence for one in found] == [confidence]


@pytest.mark.parametrize(("model", "confidence"), [("Order", "high"), ("OrderStatus", "low"), ("RealEstate", "high")])
def test_what_a_person_sets_up_is_few(model, confidence):
    assert asked(f"{model}.objects.all()") == [confidence]


@pytest.mark.parametrize(("name", "confidence"), [("tidy", "high"), ("populate_shop", "low"), ("seed", "low")])
def test_a_count_is_nothing_beside_filling_a_database(name, confidence):
    assert sure("existence-by-count", f"def {name}():\n    if Order.objects.count() == 0: pass\n") == [confidence]

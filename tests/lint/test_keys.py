"""Rows that are asked for by a key are one at most: to count them costs no more than to see whether there is one."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

pytestmark = pytest.mark.usefixtures("as_sure_as_the_file_shows")

CODE = """
    import sqlite3
    from django.db import models
    from django.db.models import Q
    from sqlalchemy import and_, func, or_, select
    from sqlalchemy.orm import Session
    from shop import tables
    from shop.models import Order, User

    class Tag(models.Model):
        slug = models.SlugField(unique=True)
        name = models.CharField(max_length=9, unique=False)

    class Seat(Base):
        row: Mapped[int] = mapped_column(primary_key=True)
        column: Mapped[int] = mapped_column(primary_key=True)

    def f(given, session: Session, connection: sqlite3.Connection):
        if CONDITION:
            pass
"""


def sure(condition):
    rules = [one for one in load_rules() if one.name == "existence-by-count"]
    found = lint_source(textwrap.dedent(CODE).replace("CONDITION", condition), "code.py", rules)
    return [one.confidence for one in found]


def sure_of_sql(statement):
    return sure(f'connection.execute("SELECT count(*) FROM {statement}", given).fetchone()[0] > 0')


@pytest.mark.parametrize(
    "condition",
    [
        "Order.objects.filter(pk=given).count()",
        "Order.objects.filter(id__exact=3, paid=True).count() > 0",
        "Order.objects.filter(Q(pk=given) & Q(paid=True)).count()",
        "User.objects.filter(username='admin').count() == 0",
        "Tag.objects.filter(slug=given).count()",
        "session.query(Order).filter(Order.id == given).count()",
        "session.scalar(select(func.count()).select_from(Order).where(Order.id == given))",
        "session.execute(select(func.count(Order.id)).where(and_(Order.paid, Order.id == given))).scalar()",
        "session.scalar(select(func.count()).select_from(Seat).where(Seat.row == given, Seat.column == 3))",
    ],
)
def test_a_key_gives_one_row_at_most(condition):
    assert sure(condition) == ["low"]


@pytest.mark.parametrize(
    ("condition", "confidence"),
    [
        ("Order.objects.filter(pk__in=given).count()", "high"),
        ("Order.objects.exclude(pk=given).count()", "high"),
        ("Order.objects.filter(Q(pk=given) | Q(paid=True)).count()", "medium"),
        ("Order.objects.filter(user__id=given).count()", "medium"),
        ("Tag.objects.filter(name='new').count()", "high"),
        ("session.query(Order).join(User).filter(User.id == given).count()", "medium"),
        ("session.scalar(select(func.count(Order.id)))", "high"),
        ("session.scalar(select(func.count(Order.id)).where(or_(Order.id == 1, Order.paid)))", "high"),
        ("session.scalar(select(func.count()).select_from(Seat).where(Seat.row == 4))", "high"),
        (
            "session.execute(select(func.count()).select_from(tables.Bad).where(tables.Bad.of == given)).scalar()",
            "medium",
        ),
    ],
)
def test_other_conditions_may_give_more(condition, confidence):
    assert sure(condition) == [confidence]


@pytest.mark.parametrize(
    ("statement", "confidence"),
    [
        ("orders WHERE id = ?", "low"),
        ("orders WHERE paid = 1 AND id = :id", "low"),
        ("sqlite_master WHERE type = 'table' AND name = 'orders'", "low"),
        ("information_schema.tables WHERE table_name = 'orders'", "low"),
        ("orders WHERE customer = ?", "medium"),
        ("orders WHERE id = ? OR paid = 1", "medium"),
        ("orders JOIN lines ON lines.order_id = orders.id WHERE id = ?", "medium"),
        ("orders WHERE paid = 1", "high"),
        ("orders WHERE id > ?", "high"),
    ],
)
def test_so_it_is_in_sql(statement, confidence):
    assert sure_of_sql(statement) == [confidence]

"""Two shapes that are recommended and must stay quiet, and what becomes of them when the good part is taken out."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

EAGER = """
    from sqlalchemy import ForeignKey, select
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


    class Base(DeclarativeBase):
        pass


    class Profile(Base):
        __tablename__ = "profile"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        profile: Mapped[Profile] = relationship()


    async def users(session: AsyncSession):
        result = await session.execute(
            select(User)
            .options(selectinload(User.profile))
            .limit(100)
        )
        return result.scalars().all()
"""
BATCHED = """
    def process(data, batch_size=1000):
        for i in range(0, len(data), batch_size):
            batch = data[i:i + batch_size]
            yield process_batch(batch)
"""
READ_IN_A_LOOP = "return [user.profile.id for user in result.scalars().all()]"


def findings(code):
    """By the file's name somebody waits for what it does."""
    return [(one.rule, one.confidence) for one in lint_source(textwrap.dedent(code), "views.py", load_rules())]


@pytest.mark.parametrize("code", [EAGER, BATCHED], ids=["eager load", "batches"])
def test_recommended_shape_has_no_finding_at_any_confidence(code):
    assert findings(code) == []


def test_eager_load_read_in_a_loop_is_still_quiet():
    assert findings(EAGER.replace("return result.scalars().all()", READ_IN_A_LOOP)) == []


def test_without_the_eager_load_reading_the_relation_is_a_query_in_a_loop():
    code = EAGER.replace(".options(selectinload(User.profile))", "")
    assert code != EAGER
    assert findings(code) == []
    assert findings(code.replace("return result.scalars().all()", READ_IN_A_LOOP)) == [("query-in-loop", "high")]


@pytest.mark.parametrize(
    ("before", "rule"),
    [
        ("for user in result.scalars().all():\n            print(user.profile)", "query-in-loop"),
        ("for user in result.scalars():\n            send(to=user.profile.email)", "query-in-loop"),
        (
            "for user in (await session.scalars(select(User).limit(9))).all():\n            print(user.profile)",
            "query-in-loop",
        ),
    ],
)
def test_other_ways_to_read_the_relation(before, rule):
    code = EAGER.replace(".options(selectinload(User.profile))", "").replace("return result.scalars().all()", before)
    assert findings(code) == [(rule, "high")]


def test_without_the_limit_the_fetch_is_unbounded():
    assert findings(EAGER.replace(".limit(100)", "")) == [("unbounded-fetch", "low")]


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        ('cursor.execute("INSERT INTO t VALUES (%s)", (item,))', "insert-in-loop"),
        ('cursor.execute("SELECT a FROM t WHERE id = %s", (item,))', "query-in-loop"),
        ("Order.objects.create(number=item)", "insert-in-loop"),
        ("yield Order.objects.get(number=item)", "query-in-loop"),
        ('yield requests.get(f"https://example.org/{item}")', "request-in-loop"),
    ],
)
def test_without_batches_each_item_pays(call, rule):
    one_by_one = f"""
        import requests
        from shop.models import Order

        def process(data, cursor):
            for item in data:
                {call}
    """
    batched = f"""
        import requests
        from shop.models import Order

        def process(data, cursor, batch_size=1000):
            for i in range(0, len(data), batch_size):
                item = data[i:i + batch_size]
                {call}
    """
    assert [name for name, _ in findings(one_by_one)] == [rule]
    assert findings(batched) == []

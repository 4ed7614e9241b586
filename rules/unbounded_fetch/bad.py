from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int]


FILL = text("""
    WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < :n)
    INSERT INTO orders SELECT id, id * 7 % 1000 FROM numbers
""")


def run(n=20_000):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(FILL, {"n": n})

        newest = session.scalars(select(Order).order_by(Order.id.desc())).all()[:20]  # expect: unbounded-fetch
        return [order.total for order in newest]

from sqlalchemy import ForeignKey, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "customer_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    cents: Mapped[int]
    customer: Mapped[Customer] = relationship()


def name_of(session, order):
    return session.scalar(select(Customer.name).where(Customer.id == order.customer_id))


def lines(session):
    result = []
    for order in session.scalars(select(Order).where(Order.cents >= 0).order_by(Order.id)).all():
        result.append(f"{order.id}: {name_of(session, order)}")  # expect: query-per-row
    return result


def run(n=500):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Customer), [{"id": i, "name": f"customer {i}"} for i in range(n)])
        session.execute(insert(Order), [{"id": i, "customer_id": i * 7 % n, "cents": i} for i in range(n)])
        return lines(session)

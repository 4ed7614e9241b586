from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def run(n=500):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    order_customers = [i * 7 % n for i in range(n)]
    with Session(engine) as session:
        session.execute(insert(Customer), [{"id": i, "name": f"customer {i}"} for i in range(n)])

        rows = session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(order_customers)))
        name_of = {row.id: row.name for row in rows}
        return [name_of[customer] for customer in order_customers]

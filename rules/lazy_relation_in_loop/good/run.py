from models import Base, Customer, Order
from report import lines
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session


def run(n=500):
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(Customer), [{"id": i, "name": f"customer {i}"} for i in range(n)])
        session.execute(insert(Order), [{"id": i, "customer_id": i * 7 % n} for i in range(n)])
        return lines(session)

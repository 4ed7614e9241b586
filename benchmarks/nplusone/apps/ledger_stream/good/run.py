from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from ledger.audit import balance
from ledger.schema import Account, Base, Entry

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Entry(cents=i, account=Account(name=f"Account {i}")) for i in range(n))
        session.commit()


def run():
    with Session(engine) as session:
        return balance(session)

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from tariffs.tables import Base, Contract, Fee
from tariffs.update import charge, drop_fees, raise_tariffs

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Contract(id=i, tariff=10) for i in range(1, n + 1))
        session.add_all(Fee(contract_id=i, cents=5) for i in range(1, n + 1))
        session.commit()


def run():
    with Session(engine) as session:
        ids = session.scalars(select(Contract.id)).all()
        raise_tariffs(session, {i: 10 + i for i in ids})
        charge(session, 100)
        drop_fees(session, below=50)
        session.commit()
        tariffs = session.scalars(select(Contract.tariff).order_by(Contract.id)).all()
        fees = session.execute(select(Fee.contract_id, Fee.cents).order_by(Fee.contract_id)).all()
        return [list(tariffs), [list(fee) for fee in fees]]

from sqlalchemy import delete, insert, select, update

from tariffs.tables import Contract, Fee


def raise_tariffs(session, new: dict[int, int]) -> None:
    for contract_id, tariff in new.items():
        session.execute(update(Contract).where(Contract.id == contract_id).values(tariff=tariff))  # n+1: write-per-row


def charge(session, cents: int) -> None:
    ids = session.scalars(select(Contract.id).where(Contract.expired.is_(False))).all()
    for contract_id in ids:
        session.execute(insert(Fee).values(contract_id=contract_id, cents=cents))  # n+1: create-per-row


def drop_fees(session, below: int) -> None:
    for fee in session.scalars(select(Fee).where(Fee.cents < below)).all():
        statement = delete(Fee).where(Fee.id == fee.id)
        session.execute(statement)  # n+1: write-per-row

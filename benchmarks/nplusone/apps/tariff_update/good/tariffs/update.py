from sqlalchemy import delete, insert, select, update

from tariffs.tables import Contract, Fee


def raise_tariffs(session, new: dict[int, int]) -> None:
    session.execute(update(Contract), [{"id": key, "tariff": tariff} for key, tariff in new.items()])


def charge(session, cents: int) -> None:
    ids = session.scalars(select(Contract.id).where(Contract.expired.is_(False))).all()
    session.execute(insert(Fee), [{"contract_id": contract_id, "cents": cents} for contract_id in ids])


def drop_fees(session, below: int) -> None:
    session.execute(delete(Fee).where(Fee.cents < below))

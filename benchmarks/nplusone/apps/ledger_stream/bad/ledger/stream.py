from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from .schema import Entry


def entries(session: Session, batch: int = 1000) -> Iterator[Entry]:
    statement = select(Entry).order_by(Entry.id).execution_options(yield_per=batch)
    for entry in session.scalars(statement):
        yield entry

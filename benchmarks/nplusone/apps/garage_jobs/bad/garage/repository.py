from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from garage.models import Job


class JobRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def open_jobs(self) -> Sequence[Job]:
        statement = select(Job).where(Job.done.is_(False)).order_by(Job.id)
        return self._session.scalars(statement).all()

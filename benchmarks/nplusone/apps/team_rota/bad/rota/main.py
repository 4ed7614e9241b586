from sqlalchemy import select
from sqlalchemy.orm import Session

from rota.models import Worker
from rota.report import Rota


def rota(session: Session, week: int) -> str:
    workers = session.scalars(select(Worker).order_by(Worker.name)).all()
    return Rota(workers, week).render()

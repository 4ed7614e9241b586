from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from rota.models import Worker
from rota.report import Rota


def rota(session: Session, week: int) -> str:
    workers = session.scalars(select(Worker).options(joinedload(Worker.team)).order_by(Worker.name)).all()
    return Rota(workers, week).render()

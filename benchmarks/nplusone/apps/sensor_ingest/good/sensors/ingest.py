from sqlalchemy import insert

from sensors.db import session_scope
from sensors.models import Value


def ingest(readings):
    with session_scope() as session:
        session.execute(insert(Value), [{"sensor": sensor, "celsius": celsius} for sensor, celsius in readings])


def ingest_with_ids(readings):
    with session_scope() as session:
        rows = [{"sensor": sensor, "celsius": celsius} for sensor, celsius in readings]
        return list(session.scalars(insert(Value).returning(Value.id), rows))

from sensors.db import session_scope
from sensors.models import Value


def ingest(readings):
    with session_scope() as session:
        for sensor, celsius in readings:
            value = Value(sensor=sensor, celsius=celsius)
            session.add(value)
            session.commit()  # n+1: commit-per-row


def ingest_with_ids(readings):
    ids = []
    with session_scope() as session:
        for sensor, celsius in readings:
            value = Value(sensor=sensor, celsius=celsius)
            session.add(value)
            session.flush()  # n+1: write-per-row
            session.refresh(value)  # n+1: session-get-per-row
            ids.append(value.id)
    return ids

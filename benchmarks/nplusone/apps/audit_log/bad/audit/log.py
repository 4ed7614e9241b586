from sqlalchemy import select

from audit.models import Alarm
from audit.options import option


def lines(session):
    out = []
    alarms = select(Alarm).order_by(Alarm.id)
    for alarm in session.scalars(alarms).all():
        if alarm.level >= int(option(session, "threshold")):  # n+1: same-query-each-round
            out.append(f"ALARM {alarm!r}")  # n+1: str-queries
    return out

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from audit.models import Alarm
from audit.options import option


def lines(session):
    out = []
    alarms = select(Alarm).order_by(Alarm.id)
    alarms = alarms.options(joinedload(Alarm.host))
    threshold = int(option(session, "threshold"))
    for alarm in session.scalars(alarms).all():
        if alarm.level >= threshold:
            out.append(f"ALARM {alarm!r}")
    return out

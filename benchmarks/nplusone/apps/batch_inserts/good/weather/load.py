from sqlalchemy import insert
from sqlalchemy.dialects.sqlite import insert as upsert

from weather.models import Reading, Station


def load(session, data):
    rows = [{"station": station, "celsius": value} for station, values in data.items() for value in values]
    session.execute(insert(Reading), rows)


def set_heights(session, heights):
    statement = upsert(Station).values([{"code": code, "height": height} for code, height in heights.items()])
    statement = statement.on_conflict_do_update(index_elements=[Station.code], set_={"height": statement.excluded.height})
    session.execute(statement)


def forget(session, codes):
    session.query(Reading).filter(Reading.station.in_(codes)).delete()

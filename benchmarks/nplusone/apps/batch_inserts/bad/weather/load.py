from sqlalchemy import insert

from weather.models import Reading, Station


def load(session, data):
    for station, values in data.items():
        session.execute(insert(Reading), [{"station": station, "celsius": value} for value in values])  # n+1: bulk-create-in-outer-loop


def set_heights(session, heights):
    for code, height in heights.items():
        session.merge(Station(code=code, height=height))  # n+1: write-per-row
        session.flush()  # n+1: write-per-row


def forget(session, codes):
    for code in codes:
        session.query(Reading).filter(Reading.station == code).delete()  # n+1: write-per-row

from sqlalchemy import select

from audit.models import Option


def option(session, key):
    return session.execute(select(Option.value).where(Option.key == key)).scalar_one()

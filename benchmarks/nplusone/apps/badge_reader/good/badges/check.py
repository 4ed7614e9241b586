from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.events import read
from badges.models import Person


def suspicious(session: Session, log: str) -> list[str]:
    """Names of those who came through a door that is not theirs."""
    names = []
    events = read(log)
    wanted = select(Person).where(Person.badge.in_([event.badge for event in events]))
    people = {person.badge: person for person in session.scalars(wanted)}
    for event in events:
        person = people.get(event.badge)
        if person is None or person.door != event.door:
            names.append(person.name if person else f"unknown {event.badge}")
    return names

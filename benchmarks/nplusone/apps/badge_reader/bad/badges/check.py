from sqlalchemy.orm import Session

from badges.events import read
from badges.models import Person


def suspicious(session: Session, log: str) -> list[str]:
    """Names of those who came through a door that is not theirs."""
    names = []
    for event in read(log):
        person = session.get(Person, event.badge)  # n+1: session-get-per-row
        if person is None or person.door != event.door:
            names.append(person.name if person else f"unknown {event.badge}")
    return names

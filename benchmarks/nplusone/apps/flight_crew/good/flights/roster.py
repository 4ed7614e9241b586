from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from flights.models import CrewMember, Flight


class Roster:
    def __init__(self, session: Session):
        self.session = session
        self._flights: list[Flight] | None = None

    @property
    def flights(self) -> list[Flight]:
        if self._flights is None:
            loading = selectinload(Flight.crew).joinedload(CrewMember.base)
            self._flights = list(self.session.scalars(select(Flight).options(loading)))
        return self._flights

    def far_from_home(self, city: str) -> set[str]:
        away = set()
        for flight in self.flights:
            for member in flight.crew:
                if member.base.city != city:
                    away.add(member.name)
        return away

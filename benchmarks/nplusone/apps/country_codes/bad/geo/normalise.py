from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Country


class AddressNormaliser:
    def __init__(self, session: Session) -> None:
        self.session = session

    def country(self, iso: str) -> Country | None:
        return self.session.execute(select(Country).where(Country.iso == iso)).scalar_one_or_none()

    def normalise(self, addresses: list[dict[str, str]]) -> list[str]:
        lines = []
        for address in addresses:
            country = self.country(address["iso"])  # n+1: get-per-row
            lines.append(f"{address['street']}, {country.name if country else '?'}")
        return lines


def is_known(session: Session, isos: list[str]) -> list[bool]:
    return [session.query(Country).filter_by(iso=iso).first() is not None for iso in isos]  # n+1: in-bulk

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Country


class AddressNormaliser:
    def __init__(self, session: Session) -> None:
        self.session = session

    def countries(self, isos: set[str]) -> dict[str, Country]:
        found = self.session.scalars(select(Country).where(Country.iso.in_(isos)))
        return {country.iso: country for country in found}

    def normalise(self, addresses: list[dict[str, str]]) -> list[str]:
        lines = []
        countries = self.countries({address["iso"] for address in addresses})
        for address in addresses:
            country = countries.get(address["iso"])
            lines.append(f"{address['street']}, {country.name if country else '?'}")
        return lines


def is_known(session: Session, isos: list[str]) -> list[bool]:
    known = set(session.scalars(select(Country.iso).where(Country.iso.in_(isos))))
    return [iso in known for iso in isos]

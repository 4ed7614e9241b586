from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Section


@dataclass(frozen=True)
class SectionSummary:
    name: str
    singers: int
    oldest: str | None


def summarise(session: Session) -> list[SectionSummary]:
    sections = session.execute(select(Section).order_by(Section.id)).scalars().all()
    summaries = []
    for section in sections:
        by_years = sorted(section.singers, key=lambda singer: -singer.years)  # n+1: lazy-reverse
        summaries.append(
            SectionSummary(
                name=section.name,
                singers=len(by_years),
                oldest=by_years[0].name if by_years else None,
            )
        )
    return summaries

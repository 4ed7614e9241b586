from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .orm import Club


class ClubRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def list(self) -> list[Club]:
        stmt = select(Club).order_by(Club.name)
        return (await self.session.scalars(stmt)).all()

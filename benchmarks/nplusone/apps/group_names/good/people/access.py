from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from people.models import User


def users(session: Session):
    stmt = select(User).order_by(User.login)
    stmt = stmt.options(selectinload(User.groups))
    return session.execute(stmt).scalars().all()


def access_list(session: Session) -> dict[str, list[str]]:
    return {user.login: list(user.group_names) for user in users(session)}


def administrators(session: Session) -> list[str]:
    return [user.login for user in users(session) if "admin" in user.group_names]

from sqlalchemy import select
from sqlalchemy.orm import Session

from people.models import User


def users(session: Session):
    stmt = select(User).order_by(User.login)
    return session.execute(stmt).scalars().all()


def access_list(session: Session) -> dict[str, list[str]]:
    return {user.login: list(user.group_names) for user in users(session)}  # n+1: association-proxy


def administrators(session: Session) -> list[str]:
    return [user.login for user in users(session) if "admin" in user.group_names]  # n+1: association-proxy

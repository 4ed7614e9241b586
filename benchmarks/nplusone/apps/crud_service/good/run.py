from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from api.importer import emails, import_members
from api.models import Base

engine = create_engine("sqlite://")
size = 0


def setup(n):
    global size
    size = n
    Base.metadata.create_all(engine)


def run():
    with Session(engine) as db:
        return [import_members(db, "\n".join(f"m{i}@example.org " for i in range(size))), emails(db, list(range(1, size + 2)))]

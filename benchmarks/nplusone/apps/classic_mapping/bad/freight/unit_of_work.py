from sqlalchemy.orm import sessionmaker

from .domain import Container


class UnitOfWork:
    def __init__(self, factory: sessionmaker) -> None:
        self.factory = factory

    def __enter__(self):
        self.session = self.factory()
        return self

    def __exit__(self, *error):
        self.session.rollback()
        self.session.close()

    def containers(self) -> list[Container]:
        return self.session.query(Container).order_by("id").all()

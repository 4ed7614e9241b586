import strawberry
from sqlalchemy import func, select
from strawberry.types import Info

from books import models


@strawberry.type
class BookType:
    instance: strawberry.Private[models.Book]

    @strawberry.field
    def title(self) -> str:
        return self.instance.title

    @strawberry.field
    def writer(self) -> str:
        return self.instance.writer.name  # n+1: resolver-strawberry

    @strawberry.field
    def titles_of_the_writer(self, info: Info) -> int:
        session = info.context["session"]
        count = select(func.count()).where(models.Book.writer_id == self.instance.writer_id)
        return session.scalar(count)  # n+1: resolver-strawberry

import strawberry
from sqlalchemy import select
from strawberry.types import Info

from books.models import Book
from books.types import BookType


@strawberry.type
class Query:
    @strawberry.field
    def books(self, info: Info) -> list[BookType]:
        session = info.context["session"]
        return [BookType(instance=book) for book in session.scalars(select(Book).order_by(Book.id))]


schema = strawberry.Schema(query=Query)

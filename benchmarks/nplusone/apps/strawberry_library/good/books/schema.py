import strawberry
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from strawberry.types import Info

from books.models import Book, Writer
from books.types import BookType


@strawberry.type
class Query:
    @strawberry.field
    def books(self, info: Info) -> list[BookType]:
        session = info.context["session"]
        loading = joinedload(Book.writer).selectinload(Writer.books)
        return [BookType(instance=book) for book in session.scalars(select(Book).options(loading).order_by(Book.id))]


schema = strawberry.Schema(query=Query)

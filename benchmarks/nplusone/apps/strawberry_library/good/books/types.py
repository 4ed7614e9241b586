import strawberry
from books import models


@strawberry.type
class BookType:
    instance: strawberry.Private[models.Book]

    @strawberry.field
    def title(self) -> str:
        return self.instance.title

    @strawberry.field
    def writer(self) -> str:
        return self.instance.writer.name

    @strawberry.field
    def titles_of_the_writer(self) -> int:
        return len(self.instance.writer.books)

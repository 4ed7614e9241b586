"""Ways to send many small queries to SQLite in memory, each for one row by its key: each gives a function that does."""

import sqlite3

ROWS = 1000


def django():
    import django
    from django.conf import settings

    databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    settings.configure(DATABASES=databases, INSTALLED_APPS=[], USE_TZ=True)
    django.setup()
    from django.db import connection, models

    class Book(models.Model):
        title = models.CharField(max_length=50)

        class Meta:
            app_label = "shelf"

    with connection.schema_editor() as editor:
        editor.create_model(Book)
    Book.objects.bulk_create(Book(title=f"Book {i}") for i in range(ROWS))

    def send(queries):
        for i in range(queries):
            Book.objects.get(pk=i % ROWS + 1)

    return send


def mapped():
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "book"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]

    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all(Book(title=f"Book {i}") for i in range(ROWS))
    session.commit()
    return session, Book


def sqlalchemy_orm():
    session, book = mapped()

    def send(queries):
        for i in range(queries):
            session.get(book, i % ROWS + 1, populate_existing=True)

    return send


def sqlalchemy_core():
    session, book = mapped()
    from sqlalchemy import bindparam, select

    connection = session.connection()
    statement = select(book.__table__.c.title).where(book.__table__.c.id == bindparam("id"))

    def send(queries):
        for i in range(queries):
            connection.execute(statement, {"id": i % ROWS + 1}).scalar()

    return send


def plain():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT)")
    connection.executemany("INSERT INTO book VALUES (?, ?)", [(i, f"Book {i}") for i in range(ROWS)])

    def send(queries):
        for i in range(queries):
            connection.execute("SELECT title FROM book WHERE id = ?", (i % ROWS,)).fetchone()

    return send


WAYS = {"django": django, "sqlalchemy-orm": sqlalchemy_orm, "sqlalchemy-core": sqlalchemy_core, "sqlite3": plain}

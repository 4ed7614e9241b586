from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from playlists.commands import export_all
from playlists.tables import Base, Playlist, Track

engine = create_engine("sqlite://")


def setup(n):
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        tracks = [Track(path=f"/music/{i}.flac") for i in range(5)]
        session.add_all([Playlist(name=f"List {i:03}", tracks=tracks[: 1 + i % 5]) for i in range(n)])


def run():
    return export_all(Session(engine))

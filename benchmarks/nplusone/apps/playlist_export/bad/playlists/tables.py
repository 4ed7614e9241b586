from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship


class Base(MappedAsDataclass, DeclarativeBase):
    pass


playlist_track = Table(
    "playlist_track",
    Base.metadata,
    Column("playlist_id", ForeignKey("playlist.id"), primary_key=True),
    Column("track_id", ForeignKey("track.id"), primary_key=True),
)


class Track(Base):
    __tablename__ = "track"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    path: Mapped[str]


class Playlist(Base):
    __tablename__ = "playlist"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str]
    tracks: Mapped[list[Track]] = relationship(secondary=playlist_track, default_factory=list, order_by=Track.id)

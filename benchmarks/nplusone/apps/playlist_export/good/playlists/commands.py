from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from . import m3u
from .tables import Playlist


def export_all(session: Session) -> dict[str, str]:
    with session:
        playlists = session.scalars(select(Playlist).options(selectinload(Playlist.tracks)).order_by(Playlist.name))
        return m3u.export(playlists.all())

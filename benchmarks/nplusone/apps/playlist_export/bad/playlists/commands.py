from sqlalchemy import select
from sqlalchemy.orm import Session

from . import m3u
from .tables import Playlist


def export_all(session: Session) -> dict[str, str]:
    with session:
        playlists = session.scalars(select(Playlist).order_by(Playlist.name))
        return m3u.export(playlists.all())

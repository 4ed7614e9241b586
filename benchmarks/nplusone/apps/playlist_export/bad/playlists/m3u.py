from collections.abc import Iterable

from .tables import Playlist


def m3u(playlist: Playlist) -> str:
    return "#EXTM3U\n" + "\n".join(track.path for track in playlist.tracks)


def export(playlists: Iterable[Playlist]) -> dict[str, str]:
    return {playlist.name: m3u(playlist) for playlist in playlists}  # n+1: lazy-many-to-many

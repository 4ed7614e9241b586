"""Files with the same content, found with as little reading as possible.

Only files of one size can be alike; of those the two ends are compared, and what is still alike is read to its end.
Two files are called alike if their BLAKE2b digests of 256 bits are: for two different ones to share it by chance is
less likely than a fault of the machine, and nobody is known to be able to make them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator

from greenprof.scan.nouns import Group, Seen, Summary
from greenprof.scan.reading import ChangedError, Opener, reason_of
from greenprof.scan.store import Store

END_BYTES = 4096
CHUNK_BYTES = 2**20
_NOTHING = bytes(CHUNK_BYTES)

Stopped = Callable[[], bool]
Progress = Callable[[int, int], None]  # files done, files to do


def find(store: Store, opener: Opener, stopped: Stopped, progress: Progress) -> None:
    """Put every group of duplicates into the store."""
    store.run("CREATE TABLE sizes AS SELECT size FROM files GROUP BY size HAVING count(*) > 1")
    store.run(  # the same file seen twice, by a bind mount, is one
        "INSERT INTO candidates SELECT min(id) FROM files WHERE size IN (SELECT size FROM sizes) "
        "GROUP BY size, dev, ino"
    )
    _read(store, opener, "JOIN candidates ON candidates.file = files.id", stopped, progress, put=_put_ends)
    store.run(
        "CREATE TABLE again AS SELECT file FROM heads WHERE (size, head) IN "
        "(SELECT size, head FROM heads GROUP BY size, head HAVING count(*) > 1)"
    )
    _read(store, opener, "JOIN again ON again.file = files.id", stopped, progress, put=_put_whole)
    store.run("CREATE INDEX by_digest ON wholes (digest)")
    store.run(
        "INSERT INTO copies SELECT digest, size, count(*), sum(allocated), sum(allocated) - max(allocated) "
        "FROM wholes JOIN files ON files.id = wholes.file GROUP BY digest HAVING count(*) > 1"
    )


def summary(store: Store) -> Summary:
    """All groups together. What is freed is the lower bound: the copy that is kept is the one that takes most room."""
    groups, files, size, allocated, freed = store.row(
        "SELECT count(*), coalesce(sum(files), 0), coalesce(sum(size * files), 0), coalesce(sum(allocated), 0), "
        "coalesce(sum(freed), 0) FROM copies"
    )
    return Summary(count=groups, files=files, size_bytes=size, allocated_bytes=allocated, freed_bytes=freed)


def groups(store: Store, top: int | None) -> Iterator[Group]:
    """The groups that free most, first."""
    rows = store.rows(
        "SELECT digest, size, files, allocated, freed FROM copies ORDER BY freed DESC, digest LIMIT ?",
        (-1 if top is None else top,),
    )
    for digest, size, files, allocated, freed in rows:
        yield Group(digest=digest.hex(), size_bytes=size, files=files, allocated_bytes=allocated, freed_bytes=freed)


def members(store: Store, group: Group) -> Iterator[Seen]:
    """The files of a group, by path."""
    return store.files(
        "JOIN wholes ON wholes.file = files.id WHERE wholes.digest = ? ORDER BY folders.path, files.name",
        (bytes.fromhex(group.digest),),
    )


def _read(
    store: Store, opener: Opener, which: str, stopped: Stopped, progress: Progress, *,
    put: Callable[[Store, Seen, int, Stopped], None],
) -> None:  # fmt: skip
    """Open each of the files that `which` joins, in the order of their inodes, which is about that on a disk."""
    (todo,) = store.row(f"SELECT count(*) FROM files {which}")
    for done, seen in enumerate(store.files(f"{which} ORDER BY files.dev, files.ino")):
        if stopped():
            return
        try:
            with opener.reading(seen) as handle:
                put(store, seen, handle, stopped)
        except (OSError, ChangedError) as error:
            store.leave_out(seen.path, *reason_of(error))
        progress(done, todo)


def _put_ends(store: Store, seen: Seen, handle: int, stopped: Stopped) -> None:
    if seen.size_bytes <= 2 * END_BYTES:
        _put_whole(store, seen, handle, stopped)
        return
    ends = _all(handle, END_BYTES, 0) + _all(handle, END_BYTES, seen.size_bytes - END_BYTES)
    store.put("heads", (seen.id, seen.size_bytes, hashlib.blake2b(ends, digest_size=16).digest()))


def _put_whole(store: Store, seen: Seen, handle: int, stopped: Stopped) -> None:
    if digest := content_digest(handle, seen.size_bytes, stopped):
        store.put("wholes", (seen.id, digest))


def content_digest(handle: int, size_bytes: int, stopped: Stopped = lambda: False) -> bytes | None:
    """What stands for the content: chunks that are all zero are passed over, so that a file's holes need no reading.

    None if it was told to stop.
    """
    digest = hashlib.blake2b(size_bytes.to_bytes(8, "little"), digest_size=32)
    place = 0
    while (place := _next_data(handle, place, size_bytes)) < size_bytes:
        if stopped():
            return None
        chunk = _all(handle, min(CHUNK_BYTES, size_bytes - place), place)
        if chunk != _NOTHING[: len(chunk)]:
            digest.update(place.to_bytes(8, "little"))
            digest.update(chunk)
        place += CHUNK_BYTES
    return digest.digest()


def _next_data(handle: int, place: int, size_bytes: int) -> int:
    """The first chunk from `place` on that is no hole of a sparse file."""
    if place >= size_bytes or not hasattr(os, "SEEK_DATA"):
        return place
    try:
        return max(place, os.lseek(handle, place, os.SEEK_DATA) // CHUNK_BYTES * CHUNK_BYTES)
    except OSError as error:
        return size_bytes if error.errno == 6 else place  # ENXIO: only a hole is left; else it cannot be asked


def _all(handle: int, length: int, place: int) -> bytes:
    """So many bytes from there; raises ChangedError where the file has become shorter."""
    found = os.pread(handle, length, place)
    while len(found) < length:
        more = os.pread(handle, length - len(found), place + len(found))
        if not more:
            raise ChangedError
        found += more
    return found

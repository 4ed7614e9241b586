"""Files that nobody has read, changed, moved or brought here for long: the latest of their three times says when."""

from __future__ import annotations

from collections.abc import Iterator

from greenprof.scan.nouns import DAY_NS, Seen, Summary
from greenprof.scan.store import Store


def before(now_ns: int, days: float) -> int:
    """The moment since which a file has to lie untouched."""
    return now_ns - round(days * DAY_NS)


def summary(store: Store, before_ns: int) -> Summary:
    """All stale files together. All of it becomes free if all of them can go, which only their owner knows."""
    files, size, allocated = store.row(
        "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(allocated), 0) FROM files WHERE used <= ?", (before_ns,)
    )
    return Summary(count=files, files=files, size_bytes=size, allocated_bytes=allocated)


def files(store: Store, before_ns: int, top: int | None) -> Iterator[Seen]:
    """The largest first."""
    return store.files(
        "WHERE files.used <= ? ORDER BY files.allocated DESC, folders.path, files.name LIMIT ?",
        (before_ns, -1 if top is None else top),
    )

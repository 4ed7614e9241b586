"""Large text that is stored as it is, and what compressing it would leave: estimated from samples of each file.

A file is cut into as many strata as samples are taken, and one block at a random place of each is compressed alone by
zlib at its usual level. The mean ratio gets an interval of 95 % from Student's t over the blocks, narrower by the share
of the file that was seen (finite population correction: W. G. Cochran, Sampling Techniques, 1977, ch. 2.6). Blocks know
nothing of each other, so that what compresses the whole file finds more to leave out: the estimate is on the careful
side. The random places follow from the file's size, so that the same file gives the same number.
"""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Callable, Iterator
from random import Random
from statistics import fmean, stdev

from greenprof.scan.nouns import Compressible, Seen, Summary
from greenprof.scan.reading import ChangedError, Opener, reason_of
from greenprof.scan.store import Store

BLOCK_BYTES = 65_536
SAMPLES = 8
_T_95 = 2.365  # Student's t, two-sided 95 %, for 7 degrees of freedom
WORTH_IT = 0.8  # a file that keeps more than this of its size is left alone

# By name: what is compressed already. Everything else is judged by what is in it.
_COMPRESSED = (
    ".7z", ".br", ".bz2", ".gz", ".lz", ".lz4", ".lzma", ".rar", ".svgz", ".tbz2", ".tgz", ".txz", ".xz", ".zip",
    ".zst",
)  # fmt: skip

Stopped = Callable[[], bool]
Progress = Callable[[int, int], None]


def find(store: Store, opener: Opener, large_bytes: int, stopped: Stopped, progress: Progress) -> None:
    """Try each large file, and put those into the store that are text and would become smaller."""
    where = "WHERE files.size >= ?"
    (todo,) = store.row(f"SELECT count(*) FROM files {where}", (large_bytes,))
    for done, seen in enumerate(store.files(f"{where} ORDER BY files.dev, files.ino", (large_bytes,))):
        if stopped():
            return
        if not seen.path.lower().endswith(tuple(map(os.fsencode, _COMPRESSED))):
            try:
                with opener.reading(seen) as handle:
                    found = tried(seen, handle)
            except (OSError, ChangedError) as error:
                store.leave_out(seen.path, *reason_of(error))
            else:
                if found is not None and found.ratio <= WORTH_IT and found.freed_low_bytes > 0:
                    store.put("compressible", (
                        seen.id, found.ratio, found.ratio_low, found.ratio_high, found.samples, found.freed_bytes,
                        found.freed_low_bytes, found.freed_high_bytes,
                    ))  # fmt: skip
        progress(done, todo)


def tried(seen: Seen, handle: int) -> Compressible | None:
    """What compressing a file would leave of it; None if it is no text."""
    size = seen.size_bytes
    exact = size <= SAMPLES * BLOCK_BYTES
    blocks = [os.pread(handle, size, 0)] if exact else _blocks(handle, size)
    if not all(blocks) or not all(map(is_text, blocks)):
        return None
    ratios = [len(zlib.compress(block)) / len(block) for block in blocks]
    mean = fmean(ratios)
    unseen = 0.0 if exact else 1 - SAMPLES * BLOCK_BYTES / size
    half = 0.0 if exact else _T_95 * stdev(ratios) * math.sqrt(unseen / SAMPLES)
    low, high = max(0.0, mean - half), min(1.0, mean + half)

    def freed(ratio: float) -> int:
        return max(0, round(seen.allocated_bytes - size * ratio))

    return Compressible(
        seen=seen, ratio=mean, ratio_low=low, ratio_high=high, samples=0 if exact else SAMPLES,
        freed_bytes=freed(mean), freed_low_bytes=freed(high), freed_high_bytes=freed(low),
    )  # fmt: skip


def is_text(block: bytes) -> bool:
    """Whether a block from within a file is text: UTF-8 without NUL, where a letter may be cut at either end."""
    if b"\0" in block:
        return False
    start = next((at for at, byte in enumerate(block[:4]) if byte & 0xC0 != 0x80), 0)
    try:
        block[start:].decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def summary(store: Store) -> Summary:
    """All such files together. The interval is the sum of the single ones: too wide rather than too narrow."""
    files, size, allocated, freed, low, high = store.row(
        "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(allocated), 0), coalesce(sum(freed), 0), "
        "coalesce(sum(freed_low), 0), coalesce(sum(freed_high), 0) "
        "FROM compressible JOIN files ON files.id = compressible.file"
    )
    return Summary(
        count=files, files=files, size_bytes=size, allocated_bytes=allocated,
        freed_bytes=freed, freed_low_bytes=low, freed_high_bytes=high,
    )  # fmt: skip


def files(store: Store, top: int | None) -> Iterator[Compressible]:
    """Those that free most, first."""
    rows = store.files_and(
        "ratio, low, high, samples, freed, freed_low, freed_high",
        "JOIN compressible ON compressible.file = files.id ORDER BY freed DESC, folders.path, files.name LIMIT ?",
        (-1 if top is None else top,),
    )
    for seen, (ratio, low, high, samples, freed, freed_low, freed_high) in rows:
        yield Compressible(
            seen=seen, ratio=ratio, ratio_low=low, ratio_high=high, samples=samples,
            freed_bytes=freed, freed_low_bytes=freed_low, freed_high_bytes=freed_high,
        )  # fmt: skip


def _blocks(handle: int, size: int) -> list[bytes]:
    places, stratum = Random(size), size // SAMPLES
    return [
        os.pread(handle, BLOCK_BYTES, number * stratum + places.randrange(stratum - BLOCK_BYTES + 1))
        for number in range(SAMPLES)
    ]
